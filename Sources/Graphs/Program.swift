public import NDArrays

/// Names one value of a program: the index of the instruction that defines it.
public typealias ValueID = Int

/// One line of a program: a primitive, the values it reads, and the shape of what it defines.
public struct Instruction: Hashable, Sendable {
  public var primitive: Primitive
  public var operands: [ValueID]
  public var shape: Shape

  public init(_ primitive: Primitive, _ operands: [ValueID], _ shape: Shape) {
    (self.primitive, self.operands, self.shape) = (primitive, operands, shape)
  }
}

/// Straight-line code over tensors of known shape: every value is defined before it is used.
public struct Program: Hashable, Sendable {
  /// What a program is given.
  public struct Input: Hashable, Sendable {
    /// How often an input changes. What depends on parameters alone is computed once for them all.
    public enum Role: Hashable, Sendable { case parameter, data }

    public var name: String
    public var shape: Shape
    public var role: Role

    public init(_ name: String, _ shape: Shape, role: Role = .data) {
      (self.name, self.shape, self.role) = (name, shape, role)
    }
  }

  public var inputs: [Input]
  public var instructions: [Instruction]
  public var results: [ValueID]

  public init(inputs: [Input], instructions: [Instruction], results: [ValueID]) {
    (self.inputs, self.instructions, self.results) = (inputs, instructions, results)
  }
}

extension Program {
  /// Writes down what `body` does to the inputs.
  public static func trace(_ inputs: [Input], _ body: ([Tensor]) -> [Tensor]) -> Program {
    let trace = Trace()
    let results = body(inputs.enumerated().map { trace.input($0.offset, $0.element.shape) })
    precondition(
      results.allSatisfy { $0.trace === trace }, "a program's results come from its own trace")
    return Program(inputs: inputs, instructions: trace.instructions, results: results.map(\.id))
  }

  /// The shapes of the results, in order.
  public var resultShapes: [Shape] { results.map { instructions[$0].shape } }

  /// How often each value is read, counting the program's results.
  public var useCounts: [Int] {
    var counts = [Int](repeating: 0, count: instructions.count)
    for instruction in instructions { for operand in instruction.operands { counts[operand] += 1 } }
    for result in results { counts[result] += 1 }
    return counts
  }
}

/// The text form, for people and golden files.
extension Program: CustomStringConvertible {
  public var description: String {
    let lines = instructions.enumerated().map { id, instruction in
      "  %\(id) = \(text(instruction)) : \(instruction.shape)"
    }
    let returned = results.map { "%\($0)" }.joined(separator: ", ")
    return (["program {"] + lines + ["  return \(returned)", "}"]).joined(separator: "\n")
  }

  private func text(_ instruction: Instruction) -> String {
    switch instruction.primitive {
    case .input(let index): "input \(inputs[index].name)"
    case .fill(let value): "fill \(value)"
    case .ramp: "ramp"
    case .pointwise, .product, .convolution, .maximumPooling, .sumPooling, .broadcast, .sum,
      .reshape,
      .transpose, .element, .stop, .fusedPointwise, .fusedProduct, .fusedConvolution, .fusedSum,
      .winograd:
      ([instruction.primitive.operation?.name ?? ""] + instruction.operands.map { "%\($0)" })
        .joined(separator: " ")
    }
  }
}
