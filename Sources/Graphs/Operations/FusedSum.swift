public import NDArrays

/// The sum of a fused pass, which is never written down itself.
///
/// Adds up one run of neighbouring axes, with something after it. Written by the compiler.
public struct FusedSum: Operation {
  public var terms: FusedPointwise
  public var target: Shape

  public init(_ terms: FusedPointwise, to target: Shape) {
    (self.terms, self.target) = (terms, target)
  }

  public var name: String { "sum of \(terms.name)" }

  public func shape(of x: [Shape]) throws(ShapeError) -> Shape {
    try Sum(to: target).shape(of: [terms.shape(of: x)])
  }

  public func reference(_ x: [Reference.Value], _ result: Shape) -> [Double] {
    let values = Reference.Value(terms.reference(x, terms.target), shape: terms.target)
    return Sum(to: target).reference([values], result)
  }
}
