/// The sums that are known of one round. Neighbours join as soon as both halves of a node are there.
///
/// The bits of the root do not depend on the order in which sums arrive, nor on how the batch was
/// cut: a node is always its left half plus its right half.
struct SumTree {
  private let whole: TaskRange
  private var sums: [TaskRange: TaskSum] = [:]

  init(batch: Int) { whole = TaskRange(batch: batch) }

  /// The sum over the whole batch, once it is known.
  var root: TaskSum? { sums[whole] }

  var hasAny: Bool { !sums.isEmpty }

  /// Whether nothing is missing for `range`, a node of the tree.
  func knows(_ range: TaskRange) -> Bool {
    whole.path(to: range).contains { sums[$0] != nil }
      || range.halves.map { knows($0.left) && knows($0.right) } ?? false
  }

  /// Takes in the sum of a node, unless it is known already, and answers whether it was new.
  mutating func insert(_ sum: TaskSum) -> Bool {
    guard !knows(sum.range) else { return false }
    forget(below: sum.range)
    join(sum, along: whole.path(to: sum.range))
    return true
  }

  /// Sums of parts of a node are of no use once the node's own is there.
  private mutating func forget(below range: TaskRange) {
    guard let (left, right) = range.halves else { return }
    for half in [left, right] {
      sums[half] = nil
      forget(below: half)
    }
  }

  private mutating func join(_ sum: TaskSum, along path: [TaskRange]) {
    var sum = sum
    for parent in path.dropLast().reversed() {
      guard let (left, right) = parent.halves else { break }
      let sibling = sum.range == left ? right : left
      guard let other = sums.removeValue(forKey: sibling) else { break }
      let isLeft = sum.range == left
      sum = isLeft ? (consume sum).joined(with: other) : (consume other).joined(with: sum)
    }
    sums[sum.range] = sum
  }
}
