/// What a range of tasks adds up to: losses and a meta-gradient, as one run of floats.
public struct TaskSum: Hashable, Sendable {
  public let range: TaskRange
  public private(set) var values: [Float]

  public init(range: TaskRange, values: [Float]) { (self.range, self.values) = (range, values) }

  /// Whether these are the two halves of one node, in order.
  public func isLeftSibling(of other: TaskSum) -> Bool {
    guard range.upper == other.range.lower, values.count == other.values.count else { return false }
    let parent = TaskRange(lower: range.lower, upper: other.range.upper)
    return parent.halves.map { $0 == (range, other.range) } ?? false
  }

  /// The sum of the node whose right half is `other`.
  public consuming func joined(with other: TaskSum) -> TaskSum {
    precondition(isLeftSibling(of: other), "\(range) and \(other.range) are not siblings")
    let parent = TaskRange(lower: range.lower, upper: other.range.upper)
    var sum = values
    Self.add(other.values, to: &sum)
    return TaskSum(range: parent, values: sum)
  }

  /// The one place where meta-gradients are added: `left + right`, element by element.
  public static func add(_ right: [Float], to left: inout [Float]) {
    precondition(left.count == right.count, "\(left.count) and \(right.count) values do not add")
    left.withUnsafeMutableBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        for index in left.indices { left[index] += right[index] }
      }
    }
  }
}
