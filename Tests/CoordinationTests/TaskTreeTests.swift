import NDArrays
import Testing

@testable import Coordination

private func sum(_ range: TaskRange) -> TaskSum {
  guard let (left, right) = range.halves else {
    return TaskSum(range: range, values: [1 / Float(range.lower + 3), Float(range.lower) * 1e7])
  }
  return sum(left).joined(with: sum(right))
}

@Test(arguments: [1, 2, 3, 7, 8, 25, 64, 100])
func aStepIsCutIntoAllOfItsTasks(batch: Int) {
  for most in 1...batch {
    let nodes = TaskRange(batch: batch).nodes(ofAtMost: most)
    #expect(nodes.flatMap { Array($0.indices) } == Array(0..<batch))
    #expect(nodes.allSatisfy { $0.count <= most && $0.isNode(ofBatch: batch) })
  }
}

@Test func onlyNodesOfTheTreeAreNodes() {
  let nodes = (0..<7).flatMap { lower in
    (lower + 1...7).map { TaskRange(lower: lower, upper: $0) }.filter { $0.isNode(ofBatch: 7) }
  }
  #expect(
    nodes.map(\.description) == [
      "0..<1", "0..<2", "0..<4", "0..<7", "1..<2", "2..<3", "2..<4", "3..<4", "4..<5", "4..<6",
      "4..<7", "5..<6", "6..<7",
    ])
}

/// However a batch is cut, and in whatever order its parts come in, twice or once.
@Test(arguments: 0..<100)
func theSumOfABatchHasOneSetOfBits(seed: Int) {
  var random = RandomKey(seed: UInt64(seed)).stream
  let batch = Int.random(in: 1...40, using: &random)
  let whole = TaskRange(batch: batch)
  let parts = (1...3).flatMap { _ in
    whole.nodes(ofAtMost: Int.random(in: 1...batch, using: &random))
  }.shuffled(using: &random)
  var tree = SumTree(batch: batch)
  for part in parts { _ = tree.insert(sum(part)) }
  #expect(tree.root == sum(whole), "seed \(seed)")
}

@Test func aSumThatIsKnownIsNotNew() {
  var tree = SumTree(batch: 4)
  let ranges = [(0, 1), (0, 1), (0, 2), (1, 2)].map { TaskRange(lower: $0, upper: $1) }
  let news = ranges.map { tree.insert(sum($0)) }
  #expect(news == [true, false, true, false])
  #expect(tree.root == nil)
}

@Test func onlyTheTwoHalvesOfANodeJoin() {
  let task = sum(TaskRange(lower: 0, upper: 1))
  #expect(task.isLeftSibling(of: sum(TaskRange(lower: 1, upper: 2))))
  #expect(!task.isLeftSibling(of: sum(TaskRange(lower: 1, upper: 3))), "the larger half is left")
  #expect(!task.isLeftSibling(of: sum(TaskRange(lower: 2, upper: 3))), "not neighbours")
  #expect(!task.isLeftSibling(of: TaskSum(range: TaskRange(lower: 1, upper: 2), values: [0])))
}

/// Whatever ranges are computed at once, the tasks left out are the same, and so is the sum of the others.
@Test(arguments: 1...9)
func tasksThatAreNotFiniteAreLeftOutOfTheTree(batch: Int) {
  for bad in 0..<(1 << batch) {
    func sum(_ range: TaskRange) -> TaskSum {
      if let (left, right) = range.halves { return sum(left).joined(with: sum(right)) }
      let isBad = bad & 1 << range.lower != 0
      return TaskSum(range: range, values: [isBad ? .nan : 1 / Float(3 + range.lower)])
    }
    let skipped = (0..<batch).filter { bad & 1 << $0 != 0 }
    let whole = TaskSum.skipping(in: TaskRange(batch: batch), sum)
    #expect(whole.skipped == skipped)
    #expect(whole.counted == batch - skipped.count)
    let single = tree(TaskRange(batch: batch)) { TaskSum.skipping(in: $0, sum) }
    #expect(single == whole)
    #expect(whole.values.isEmpty == (whole.counted == 0))
  }
}

/// Every task by itself, joined over the tree.
private func tree(_ range: TaskRange, _ leaf: (TaskRange) -> TaskSum) -> TaskSum {
  guard let (left, right) = range.halves else { return leaf(range) }
  return tree(left, leaf).joined(with: tree(right, leaf))
}
