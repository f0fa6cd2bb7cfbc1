public import NDArrays

/// A mistake in a program: some pass broke a rule of the form.
public enum ProgramError: Error, Equatable {
  case usesBeforeDefinition(ValueID)
  case unknownInput(ValueID)
  case wrongShape(ValueID, found: Shape, expected: Shape)
  case cannotCombine(ValueID, ShapeError)
  case unknownResult(ValueID)
}

extension Program {
  /// Checks order of definition, shapes, inputs and results; the compiler does so after each pass.
  public func verify() throws(ProgramError) {
    for (id, instruction) in instructions.enumerated() {
      guard instruction.operands.allSatisfy({ (0..<id).contains($0) }) else {
        throw .usesBeforeDefinition(id)
      }
      let expected = try expectedShape(of: instruction, id)
      guard instruction.shape == expected else {
        throw .wrongShape(id, found: instruction.shape, expected: expected)
      }
    }
    for result in results where !instructions.indices.contains(result) {
      throw .unknownResult(result)
    }
  }

  private func expectedShape(
    of instruction: Instruction, _ id: ValueID
  ) throws(ProgramError) -> Shape {
    if case .input(let index) = instruction.primitive {
      guard inputs.indices.contains(index) else { throw .unknownInput(id) }
      return inputs[index].shape
    }
    guard let operation = instruction.primitive.operation else { return instruction.shape }
    do {
      return try operation.shape(of: instruction.operands.map { instructions[$0].shape })
    } catch {
      throw .cannotCombine(id, error)
    }
  }
}
