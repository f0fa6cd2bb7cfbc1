public import NDArrays

/// How a pointwise pass walks its operands: as rows and columns, each operand with one stride between
/// rows and either consecutive columns or the same value in all of them.
public struct PointwiseView: Equatable, Sendable {
  public struct Strides: Equatable, Sendable {
    public var row: Int
    /// 0 or 1.
    public var column: Int
  }

  public var rows: Int
  public var columns: Int
  public var operands: [Strides]

  /// The view with the fewest rows that fits all operands, or `nil` where none does.
  public init?(_ operands: [Shape], target: Shape) {
    let strides = operands.map { $0.strides(broadcastTo: target) }
    for split in 0...target.rank {
      let views = strides.compactMap { Strides($0, target, split: split) }
      guard views.count == operands.count else { continue }
      rows = target.sizes[..<split].reduce(1, *)
      columns = target.sizes[split...].reduce(1, *)
      self.operands = views
      return
    }
    return nil
  }
}

extension PointwiseView.Strides {
  /// Axes before `split` are rows, the others columns.
  fileprivate init?(_ strides: [Int], _ target: Shape, split: Int) {
    let axes = (0..<target.rank).filter { target[$0] > 1 }
    guard
      let column = Self.common(axes.filter { $0 >= split }, strides, target), column <= 1,
      let row = Self.common(axes.filter { $0 < split }, strides, target)
    else { return nil }
    (self.row, self.column) = (row, column)
  }

  /// The one stride that walks all these axes in order, if there is one; 0 where there are none.
  private static func common(_ axes: [Int], _ strides: [Int], _ target: Shape) -> Int? {
    guard let last = axes.last else { return 0 }
    var expected = strides[last]
    for axis in axes.reversed() {
      guard strides[axis] == expected else { return nil }
      expected *= target[axis]
    }
    return strides[last]
  }
}
