import NDArrays

/// The program being written down. A trace belongs to one thread and to one call of `Program.trace`.
public final class Trace {
  private(set) var instructions: [Instruction] = []

  func input(_ index: Int, _ shape: Shape) -> Tensor { append(.input(index), [], shape) }

  func fill(_ value: Float, _ shape: Shape) -> Tensor { append(.fill(value), [], shape) }

  /// The whole numbers from zero on, below `count`.
  public func ramp(_ count: Int) -> Tensor { append(.ramp, [], [count]) }

  func record(_ primitive: Primitive, _ operands: [Tensor]) -> Tensor {
    precondition(operands.allSatisfy { $0.trace === self }, "tensors of two programs do not mix")
    guard let operation = primitive.operation else {
      preconditionFailure("\(primitive) has no operands to record")
    }
    do {
      let shape = try operation.shape(of: operands.map(\.shape))
      return append(primitive, operands.map(\.id), shape)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  func tensor(_ id: ValueID) -> Tensor {
    Tensor(trace: self, id: id, shape: instructions[id].shape)
  }

  private func append(_ primitive: Primitive, _ operands: [ValueID], _ shape: Shape) -> Tensor {
    instructions.append(Instruction(primitive, operands, shape))
    return tensor(instructions.count - 1)
  }
}
