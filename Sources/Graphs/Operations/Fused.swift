public import NDArrays

/// Several pointwise functions in one pass over memory. Operands broadcast to the result.
///
/// Written by the compiler after differentiation, so it has no pullback.
public struct FusedPointwise: Operation {
  public enum Argument: Hashable, Sendable {
    case operand(Int)
    case literal(Float)
    /// The value of an earlier step.
    case step(Int)
  }

  public struct Step: Hashable, Sendable {
    public var function: Pointwise
    public var arguments: [Argument]

    public init(_ function: Pointwise, _ arguments: [Argument]) {
      (self.function, self.arguments) = (function, arguments)
    }
  }

  /// In order of evaluation; the last one is the result.
  public var steps: [Step]
  public var target: Shape

  public init(_ steps: [Step], target: Shape) { (self.steps, self.target) = (steps, target) }

  public var name: String {
    let text = steps.map { step in
      "\(step.function.name)(\(step.arguments.map(Self.text).joined(separator: ", ")))"
    }
    return "fused {\(text.joined(separator: "; "))}"
  }

  private static func text(_ argument: Argument) -> String {
    switch argument {
    case .operand(let index): "x\(index)"
    case .literal(let value): "\(value)"
    case .step(let index): "t\(index)"
    }
  }

  public func shape(of x: [Shape]) throws(ShapeError) -> Shape {
    guard x.allSatisfy({ $0.broadcast(with: target) == target }) else { throw ShapeError(self, x) }
    return target
  }

  public func reference(_ x: [Reference.Value], _ result: Shape) -> [Double] {
    let offsets = x.map { $0.shape.offsets(broadcastTo: target) }
    return (0..<result.count).map { index in
      evaluate(x.indices.map { x[$0].elements[offsets[$0][index]] })
    }
  }

  private func evaluate(_ operands: [Double]) -> Double {
    var values: [Double] = []
    for step in steps {
      values.append(
        step.function(
          step.arguments.map { argument in
            switch argument {
            case .operand(let index): operands[index]
            case .literal(let value): Double(value)
            case .step(let index): values[index]
            }
          }))
    }
    return values[values.count - 1]
  }
}
