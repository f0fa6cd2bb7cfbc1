/// Broadcasting: how arrays of two shapes meet.
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
  public func offsets(broadcastTo target: Shape) -> [Int] {
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
