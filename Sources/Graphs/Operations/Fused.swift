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

/// `gate(scale (a b) + addendScale addend)`, the matrix product with what usually follows it.
///
/// Operands: `a`, `b`, then the addend and the gate where there are. Written by the compiler.
public struct FusedProduct: Operation {
  public enum Addend: String, Hashable, Sendable {
    case none
    /// One row, added to each row of the product.
    case row
    case matrix
  }

  public enum Gate: String, Hashable, Sendable {
    case none
    case relu
    /// Passes where the last operand, of the result's shape, is positive.
    case matrix
  }

  public var product: Product
  public var scale: Float
  public var addend: Addend
  public var addendScale: Float
  public var gate: Gate

  public init(
    _ product: Product, scale: Float = 1, addend: Addend = .none, addendScale: Float = 1,
    gate: Gate = .none
  ) {
    (self.product, self.scale, self.gate) = (product, scale, gate)
    (self.addend, self.addendScale) = (addend, addendScale)
  }

  public var name: String {
    var name = product.name
    if scale != 1 { name += " scale \(scale)" }
    if addend != .none { name += " addend \(addend.rawValue)" }
    if addendScale != 1 { name += " times \(addendScale)" }
    if gate != .none { name += " gate \(gate.rawValue)" }
    return name
  }

  public func shape(of x: [Shape]) throws(ShapeError) -> Shape {
    let expected = 2 + (addend == .none ? 0 : 1) + (gate == .matrix ? 1 : 0)
    guard x.count == expected, let (m, n, _) = product.sizes(x[0], x[1]) else {
      throw ShapeError(self, x)
    }
    let fits = x[2...].enumerated().allSatisfy { index, shape in
      shape.count == (index == 0 && addend == .row ? n : m * n)
    }
    guard fits else { throw ShapeError(self, x) }
    return [m, n]
  }

  public func reference(_ x: [Reference.Value], _ result: Shape) -> [Double] {
    product.reference(Array(x[..<2]), result).enumerated().map { index, value in
      var sum = Double(scale) * value
      if addend != .none {
        sum += Double(addendScale) * x[2].elements[index % x[2].elements.count]
      }
      return switch gate {
      case .none: sum
      case .relu: max(sum, 0)
      case .matrix: x[x.count - 1].elements[index] > 0 ? sum : 0
      }
    }
  }
}
