/// Neighbouring task indices of one round: a node of the fixed binary tree over a task batch.
///
/// The tree depends on the size of the batch alone, so sums taken over it have the same bits
/// whoever adds which part.
public struct TaskRange: Hashable, Sendable, CustomStringConvertible {
  public let lower: Int
  public let upper: Int

  /// All tasks of a batch.
  public init(batch: Int) { self.init(lower: 0, upper: batch) }

  public init(lower: Int, upper: Int) {
    precondition(0 <= lower && lower < upper, "\(lower)..<\(upper) names no tasks")
    (self.lower, self.upper) = (lower, upper)
  }

  public var count: Int { upper - lower }
  public var indices: Range<Int> { lower..<upper }
  public var description: String { "\(lower)..<\(upper)" }

  /// The children in the tree, the larger one left; a single task has none.
  public var halves: (left: TaskRange, right: TaskRange)? {
    guard count > 1 else { return nil }
    let middle = lower + (count + 1) / 2
    return (TaskRange(lower: lower, upper: middle), TaskRange(lower: middle, upper: upper))
  }

  public func contains(_ other: TaskRange) -> Bool {
    lower <= other.lower && other.upper <= upper
  }

  /// The nodes from this one down to `node`, both included.
  public func path(to node: TaskRange) -> [TaskRange] {
    var path = [self]
    while let last = path.last, last != node, let (left, right) = last.halves {
      path.append(node.lower < right.lower ? left : right)
    }
    return path
  }

  /// Whether the tree over a batch has this node.
  public func isNode(ofBatch batch: Int) -> Bool {
    TaskRange(batch: batch).path(to: self).last == self
  }

  /// The other half of the node above in the tree over a batch; the whole batch has none.
  public func sibling(inBatch batch: Int) -> TaskRange? {
    guard let parent = TaskRange(batch: batch).path(to: self).dropLast().last,
      let (left, right) = parent.halves
    else { return nil }
    return self == left ? right : left
  }

  /// The nodes below (or this one) with at most `count` tasks each and parents with more: how a
  /// round is cut into leases.
  public func nodes(ofAtMost count: Int) -> [TaskRange] {
    guard self.count > count, let (left, right) = halves else { return [self] }
    return left.nodes(ofAtMost: count) + right.nodes(ofAtMost: count)
  }
}

extension [TaskRange] {
  /// Whether these are all tasks of a range, each once.
  func make(_ range: TaskRange) -> Bool {
    let sorted = sorted { $0.lower < $1.lower }
    return sorted.first?.lower == range.lower && sorted.last?.upper == range.upper
      && zip(sorted, sorted.dropFirst()).allSatisfy { $0.upper == $1.lower }
  }
}
