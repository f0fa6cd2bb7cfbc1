import Foundation
public import NDArrays

/// Functions of one, two or three numbers, applied element by element.
///
/// - Shapes: all operands and the result alike.
/// - Derivative: see `pullback`; `gate`'s second operand and the kinks of `relu`, `maximum` and
///   `minimum` carry none.
public enum Pointwise: String, Hashable, Sendable, CaseIterable {
  case add, subtract, multiply, divide, maximum, minimum
  /// The first operand where the second is positive, zero elsewhere.
  case gate
  /// `a b + c` with one rounding.
  case multiplyAdd
  case negate, exp, log, tanh, sin, cos, squareRoot, relu

  public var arity: Int {
    switch self {
    case .add, .subtract, .multiply, .divide, .maximum, .minimum, .gate: 2
    case .multiplyAdd: 3
    case .negate, .exp, .log, .tanh, .sin, .cos, .squareRoot, .relu: 1
    }
  }
}

extension Pointwise {
  /// Records this function of tensors of one shape.
  public func callAsFunction(_ operands: Tensor...) -> Tensor {
    precondition(operands.count == arity, "\(name) takes \(arity) operands")
    return operands[0].trace.record(.pointwise(self), operands)
  }

  /// Whether float64 arithmetic rounded to float32 is the float32 result, on every machine.
  public var isCorrectlyRounded: Bool {
    switch self {
    case .add, .subtract, .multiply, .divide, .maximum, .minimum, .gate, .negate, .squareRoot,
      .relu:
      true
    case .multiplyAdd, .exp, .log, .tanh, .sin, .cos: false
    }
  }
}

extension Pointwise: DifferentiableOperation {
  public var name: String { rawValue }

  public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
    guard operands.count == arity, operands.allSatisfy({ $0 == operands[0] }) else {
      throw ShapeError(self, operands)
    }
    return operands[0]
  }

  public func pullback(_ dy: Tensor, _ x: [Tensor], _ y: Tensor) -> [Tensor?] {
    switch self {
    case .add: [dy, dy]
    case .subtract: [dy, -dy]
    case .multiply: [dy * x[1], dy * x[0]]
    case .divide: [dy / x[1], -(dy * y / x[1])]
    case .maximum: shared(dy, dy.gated(by: x[0] - x[1]))
    case .minimum: shared(dy, dy.gated(by: x[1] - x[0]))
    case .gate: [dy.gated(by: x[1]), nil]
    case .multiplyAdd: [dy * x[1], dy * x[0], dy]
    case .negate: [-dy]
    case .exp: [dy * y]
    case .log: [dy / x[0]]
    case .tanh: [dy * (1 - y * y)]
    case .sin: [dy * x[0].cos]
    case .cos: [-(dy * x[0].sin)]
    case .squareRoot: [0.5 * dy / y]
    // By the result rather than the operand, so that the operand need not be kept.
    case .relu: [dy.gated(by: y)]
    }
  }

  /// The one operand takes `first` of the cotangent, the other the rest.
  private func shared(_ dy: Tensor, _ first: Tensor) -> [Tensor?] { [first, dy - first] }

  public func reference(_ x: [Reference.Value], _ result: Shape) -> [Double] {
    (0..<result.count).map { index in callAsFunction(x.map { $0.elements[index] }) }
  }

  /// The function itself, in float64.
  public func callAsFunction(_ x: [Double]) -> Double {
    switch self {
    case .add: x[0] + x[1]
    case .subtract: x[0] - x[1]
    case .multiply: x[0] * x[1]
    case .divide: x[0] / x[1]
    case .maximum: x[0] > x[1] ? x[0] : x[1]
    case .minimum: x[0] < x[1] ? x[0] : x[1]
    case .gate: x[1] > 0 ? x[0] : 0
    case .multiplyAdd: x[0] * x[1] + x[2]
    case .negate: -x[0]
    case .exp: Foundation.exp(x[0])
    case .log: Foundation.log(x[0])
    case .tanh: Foundation.tanh(x[0])
    case .sin: Foundation.sin(x[0])
    case .cos: Foundation.cos(x[0])
    case .squareRoot: x[0].squareRoot()
    case .relu: x[0] > 0 ? x[0] : 0
    }
  }
}
