public import NDArrays

/// How a pointwise pass walks its operands: as groups of rows, each operand with one stride between groups,
/// one between the rows of a group, and either consecutive columns or the same value in all of them.
///
/// The rows of a group are those that a sum adds up; without one there are groups only where operands
/// differ from group to group in a way of their own, such as the means of images.
public struct PointwiseView: Equatable, Sendable {
  public struct Strides: Equatable, Sendable {
    /// From a group to the next.
    public var group = 0
    public var row: Int
    /// 0 or 1.
    public var column: Int
  }

  public var groups: Int
  /// Of all groups.
  public var rows: Int
  public var columns: Int
  public var operands: [Strides]

  /// The view with the fewest groups, and of those with the fewest rows, that fits all operands; `nil`
  /// where none does.
  public init?(_ operands: [Shape], target: Shape) {
    let views = (0...target.rank).lazy.flatMap { first in
      (first...target.rank).lazy.compactMap { split in
        PointwiseView(operands, target: target, rows: first..<split)
      }
    }
    guard let first = views.first else { return nil }
    self = first
  }

  /// The view whose rows are these axes and whose groups are those before, where it fits all operands.
  private init?(_ operands: [Shape], target: Shape, rows axes: Range<Int>) {
    self.operands = operands.compactMap {
      Strides($0.strides(broadcastTo: target), target, rows: axes)
    }
    guard self.operands.count == operands.count else { return nil }
    func count(_ axes: Range<Int>) -> Int { target.sizes[axes].reduce(1, *) }
    groups = count(0..<axes.lowerBound)
    rows = count(0..<axes.upperBound)
    columns = count(axes.upperBound..<target.rank)
  }

  /// How the terms of a sum are walked: the rows of its summed axes, each with more than one column
  /// or all of them in one run.
  public init?(_ operands: [Shape], terms: Shape, summedTo target: Shape) {
    let groups = terms.summedGroups(to: target)
    guard groups.count == 1, let first = groups[0].first, let last = groups[0].last else {
      return nil
    }
    self.init(operands, target: terms, rows: first..<last + 1)
    guard columns > 1 || self.groups == 1 else { return nil }
  }
}

extension PointwiseView.Strides {
  fileprivate init?(_ strides: [Int], _ target: Shape, rows: Range<Int>) {
    func common(_ axes: Range<Int>) -> Int? {
      Self.common(axes.filter { target[$0] > 1 }, strides, target)
    }
    guard let group = common(0..<rows.lowerBound), let row = common(rows),
      let column = common(rows.upperBound..<target.rank), column <= 1
    else { return nil }
    (self.group, self.row, self.column) = (group, row, column)
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
