import Coordination
import NDArrays

/// Sums that tell what they are made of: a task's value shows its round and its index, a range's that it
/// was added along the tree.
func treeSum(_ range: TaskRange, round: Int) -> TaskSum {
  if let (left, right) = range.halves {
    return treeSum(left, round: round).joined(with: treeSum(right, round: round))
  }
  return TaskSum(range: range, values: [1 / (Float(3 + range.lower) + 17 * Float(round))])
}

extension RandomStream {
  /// Any node of the tree over a batch.
  mutating func node(ofBatch batch: Int) -> TaskRange {
    var node = TaskRange(batch: batch)
    while let (left, right) = node.halves, below(3) > 0 {
      node = below(2) == 0 ? left : right
    }
    return node
  }
}
