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
    let views = (0...target.rank).lazy.compactMap { split in
      PointwiseView(operands, target: target, split: split)
    }
    guard let first = views.first else { return nil }
    self = first
  }

  /// The view whose rows are the axes before `split`, where it fits all operands.
  public init?(_ operands: [Shape], target: Shape, split: Int) {
    self.operands = operands.compactMap {
      Strides($0.strides(broadcastTo: target), target, split: split)
    }
    guard self.operands.count == operands.count else { return nil }
    rows = target.sizes[..<split].reduce(1, *)
    columns = target.sizes[split...].reduce(1, *)
  }

  /// How the terms of a sum are walked: the rows of its last summed axis, each with more than one column.
  public init?(_ operands: [Shape], terms: Shape, summedTo target: Shape) {
    let groups = terms.summedGroups(to: target)
    guard groups.count == 1, let last = groups[0].last else { return nil }
    self.init(operands, target: terms, split: last + 1)
    guard columns > 1 else { return nil }
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
