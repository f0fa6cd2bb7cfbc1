public import NDArrays

/// Repeats a tensor along new leading axes and along axes of size one; the transpose of ``Sum``.
public struct Broadcast: DifferentiableOperation {
  public var target: Shape

  public init(to target: Shape) { self.target = target }

  public var name: String { "broadcast" }

  public func shape(of x: [Shape]) throws(ShapeError) -> Shape {
    guard x.count == 1, x[0].broadcast(with: target) == target else { throw ShapeError(self, x) }
    return target
  }

  public func pullback(_ dy: Tensor, _ x: [Tensor], _ y: Tensor) -> [Tensor?] {
    [dy.sum(to: x[0].shape)]
  }

  public func reference(_ x: [Reference.Value], _ result: Shape) -> [Double] {
    x[0].shape.offsets(broadcastTo: target).map { x[0].elements[$0] }
  }
}

/// Adds up what ``Broadcast`` repeats; its transpose.
///
/// - Cost: one addition an element. The order is interleaved partial sums along the summed
///   axes, joined in a fixed tree.
public struct Sum: DifferentiableOperation {
  public var target: Shape

  public init(to target: Shape) { self.target = target }

  public var name: String { "sum" }

  public func shape(of x: [Shape]) throws(ShapeError) -> Shape {
    guard x.count == 1, target.broadcast(with: x[0]) == x[0] else { throw ShapeError(self, x) }
    return target
  }

  public func pullback(_ dy: Tensor, _ x: [Tensor], _ y: Tensor) -> [Tensor?] {
    [dy.broadcast(to: x[0].shape)]
  }

  public func reference(_ x: [Reference.Value], _ result: Shape) -> [Double] {
    var total = [Double](repeating: 0, count: result.count)
    for (value, offset) in zip(x[0].elements, target.offsets(broadcastTo: x[0].shape)) {
      total[offset] += value
    }
    return total
  }
}
