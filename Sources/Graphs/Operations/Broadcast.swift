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
/// - Cost: one addition an element. The order is eight interleaved partial sums along the summed
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

extension Shape {
  /// The smallest shape that both broadcast to: axes are matched from the last, and an axis of size
  /// one or a missing one stretches.
  public func broadcast(with other: Shape) -> Shape? {
    let rank = max(self.rank, other.rank)
    var result: [Int] = []
    for axis in 0..<rank {
      let (a, b) = (size(axis, of: rank), other.size(axis, of: rank))
      guard a == b || a == 1 || b == 1 else { return nil }
      result.append(a == 1 ? b : a)
    }
    return Shape(result)
  }

  /// The stride of each axis of `target` when an array of this shape is read as one of that shape.
  public func strides(broadcastTo target: Shape) -> [Int] {
    var (strides, next) = ([Int](repeating: 0, count: target.rank), 1)
    for axis in (0..<target.rank).reversed() {
      let size = size(axis, of: target.rank)
      if size == target[axis], size > 1 { strides[axis] = next }
      next *= size
    }
    return strides
  }

  /// The offset into an array of this shape of each element of `target`, in row-major order.
  func offsets(broadcastTo target: Shape) -> [Int] {
    let strides = strides(broadcastTo: target)
    var offsets = [0]
    for axis in 0..<target.rank {
      offsets = offsets.flatMap { base in (0..<target[axis]).map { base + $0 * strides[axis] } }
    }
    return offsets
  }

  private func size(_ axis: Int, of rank: Int) -> Int {
    let own = axis - (rank - self.rank)
    return own < 0 ? 1 : self[own]
  }
}
