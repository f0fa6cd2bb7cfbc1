public import NDArrays

/// The slow oracle: evaluates a program line by line in float64, by the definitions.
public enum Reference {
  /// Numbers in float64, in row-major order.
  public struct Value: Equatable, Sendable {
    public var elements: [Double]
    public var shape: Shape

    public init(_ elements: [Double], shape: Shape) {
      precondition(elements.count == shape.count, "\(shape) has \(shape.count) elements")
      (self.elements, self.shape) = (elements, shape)
    }
  }
}

extension Program {
  /// The results for these inputs, in float64.
  public func reference(_ inputs: [[Double]]) -> [[Double]] {
    var values: [Reference.Value] = []
    for instruction in instructions {
      values.append(
        Reference.Value(
          evaluate(instruction, inputs, instruction.operands.map { values[$0] }),
          shape: instruction.shape))
    }
    return results.map { values[$0].elements }
  }

  private func evaluate(
    _ instruction: Instruction, _ inputs: [[Double]], _ operands: [Reference.Value]
  ) -> [Double] {
    switch instruction.primitive {
    case .input(let index): inputs[index]
    case .fill(let value): Array(repeating: Double(value), count: instruction.shape.count)
    case .ramp: (0..<instruction.shape.count).map(Double.init)
    case .pointwise, .product, .convolution, .maximumPooling, .sumPooling, .broadcast, .sum,
      .reshape,
      .transpose, .element, .stop, .fusedPointwise, .fusedProduct, .fusedConvolution, .fusedSum,
      .winograd:
      instruction.primitive.operation?.reference(operands, instruction.shape) ?? []
    }
  }
}
