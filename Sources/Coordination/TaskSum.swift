/// What a range of tasks comes to, as one run of floats: what is added over the tasks, then a row for
/// each task, in order.
///
/// Training adds losses and meta-gradients, and has rows where it remembers its tasks; measuring has
/// rows only.
public struct TaskSum: Hashable, Sendable {
  public private(set) var range: TaskRange
  public private(set) var values: [Float]
  /// How many of the values, from the first one on, are for all tasks together.
  public private(set) var added: Int
  /// Of the range, the tasks that are left out, in order.
  public private(set) var skipped: [Int] = []

  /// - Parameter added: all values, if not given.
  public init(range: TaskRange, values: [Float], added: Int? = nil) {
    (self.range, self.values, self.added) = (range, values, added ?? values.count)
    let inRows = values.count - self.added
    precondition(
      inRows >= 0 && inRows.isMultiple(of: range.count),
      "\(inRows) values are no \(range.count) rows")
  }

  /// Nothing, of a task that is left out.
  public init(skipping task: Int) {
    self.init(range: TaskRange(lower: task, upper: task + 1), values: [])
    skipped = [task]
  }

  /// How many tasks are in it.
  public var counted: Int { range.count - skipped.count }

  /// Numbers in the row of each task.
  private var width: Int { (values.count - added) / range.count }

  /// Whether these are the two halves of one node, in order.
  public func isLeftSibling(of other: TaskSum) -> Bool {
    let isAlike = added == other.added && width == other.width
    guard range.upper == other.range.lower, isAlike || counted == 0 || other.counted == 0
    else { return false }
    let parent = TaskRange(lower: range.lower, upper: other.range.upper)
    return parent.halves.map { $0 == (range, other.range) } ?? false
  }

  /// What the node comes to whose right half is `other`, in this sum's memory if nobody else has it. Where
  /// one half is left out, it is the other.
  public consuming func joined(with other: TaskSum) -> TaskSum {
    precondition(isLeftSibling(of: other), "\(range) and \(other.range) are not siblings")
    let (isNothing, isAll) = (counted == 0, other.counted == 0)
    range = TaskRange(lower: range.lower, upper: other.range.upper)
    skipped += other.skipped
    if isNothing { (values, added) = (other.values, other.added) }
    guard !isNothing, !isAll else { return self }
    values.withUnsafeMutableBufferPointer { left in
      other.values.withUnsafeBufferPointer { right in
        Self.add(
          UnsafeBufferPointer(rebasing: right[..<added]),
          to: UnsafeMutableBufferPointer(rebasing: left[..<added]))
      }
    }
    values += other.values[added...]
    return self
  }

  /// The one place where meta-gradients are added: `left + right`, element by element.
  public static func add(_ right: [Float], to left: inout [Float]) {
    left.withUnsafeMutableBufferPointer { left in
      right.withUnsafeBufferPointer { add($0, to: left) }
    }
  }

  /// The same, wherever the values are.
  public static func add(
    _ right: UnsafeBufferPointer<Float>, to left: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(left.count == right.count, "\(left.count) and \(right.count) values do not add")
    for index in left.indices { left[index] += right[index] }
  }
}
