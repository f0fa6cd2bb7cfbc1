public import NDArrays

/// `y = c₀ + c₁ x + c₂ x² + ...`
public struct Polynomial: Curve, Hashable {
  /// From the constant one up.
  public var coefficients: [Float]

  public init(coefficients: [Float]) { self.coefficients = coefficients }

  public func callAsFunction(_ x: Float) -> Float {
    Float(coefficients.reversed().reduce(0.0) { $0 * Double(x) + Double($1) })
  }
}

/// Polynomials of one order over inputs from -2 to 2, uniform.
///
/// The coefficient of `xⁱ` is uniform between `-2⁻ⁱ` and `2⁻ⁱ`, so that no power outweighs another.
///
/// - Source: Lee & Choi 2018, "Gradient-Based Meta-Learning with Learned Layerwise Metric and
///   Subspace", its experiment on polynomials, with the ranges of the authors' code. There the orders
///   are 0, 1 and 2, each trained by itself.
public struct PolynomialTasks: CurveTasks, Hashable {
  public var shots: Int
  public var query: Int
  public var order: Int
  public var told: Told

  public init(shots: Int, query: Int, order: Int, told: Told = .nothing) {
    precondition(order >= 0, "a polynomial's order is never negative, unlike \(order)")
    (self.shots, self.query, self.order, self.told) = (shots, query, order, told)
  }

  public var domain: ClosedRange<Float> { -2...2 }
  public var descriptionCount: Int { order + 1 }

  public func truth(_ stream: inout RandomStream) -> Polynomial {
    var limit: Float = 1
    return Polynomial(
      coefficients: (0...order).map { _ in
        defer { limit /= 2 }
        return stream.uniform(-limit...limit)
      })
  }

  public func description(of truth: Polynomial) -> [Float] { truth.coefficients }
}
