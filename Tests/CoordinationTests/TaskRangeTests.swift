import Coordination
import Testing

@Suite struct TaskRangeTests {
  /// Every node of the tree over a batch, the root first.
  private func nodes(_ root: TaskRange) -> [TaskRange] {
    guard let (left, right) = root.halves else { return [root] }
    return [root] + nodes(left) + nodes(right)
  }

  @Test(arguments: [1, 2, 3, 4, 5, 7, 25, 32, 33]) func theTreeHasEachTaskOnce(batch: Int) {
    let all = nodes(TaskRange(batch: batch))
    #expect(all.count == 2 * batch - 1)
    #expect(all.filter { $0.count == 1 }.map(\.lower) == Array(0..<batch))
    #expect(Set(all).count == all.count)
  }

  @Test(arguments: [1, 2, 3, 4, 5, 7, 25, 33]) func nodesAreToldFromOtherRanges(batch: Int) {
    let all = Set(nodes(TaskRange(batch: batch)))
    for lower in 0...batch {
      for upper in (lower + 1)...(batch + 2) {
        let range = TaskRange(lower: lower, upper: upper)
        #expect(range.isNode(ofBatch: batch) == all.contains(range), "\(range)")
      }
    }
  }

  @Test(arguments: 2...40) func halvesMeetAndTheLeftIsNeverTheSmaller(count: Int) throws {
    let range = TaskRange(lower: 3, upper: 3 + count)
    let (left, right) = try #require(range.halves)
    #expect((left.lower, left.upper, right.upper) == (3, right.lower, range.upper))
    #expect(0...1 ~= left.count - right.count)
  }

  @Test func aSingleTaskHasNoHalves() { #expect(TaskRange(lower: 4, upper: 5).halves == nil) }

  @Test func halvesJoinIntoTheirParent() {
    let left = TaskSum(range: TaskRange(lower: 0, upper: 2), values: [1, 10])
    let right = TaskSum(range: TaskRange(lower: 2, upper: 3), values: [2, 20])
    #expect(left.isLeftSibling(of: right))
    #expect(left.joined(with: right) == TaskSum(range: TaskRange(batch: 3), values: [3, 30]))
  }

  @Test func onlySiblingsJoin() {
    let first = TaskSum(range: TaskRange(lower: 0, upper: 1), values: [1])
    let second = TaskSum(range: TaskRange(lower: 1, upper: 3), values: [1])
    let third = TaskSum(range: TaskRange(lower: 1, upper: 2), values: [1, 2])
    #expect(!first.isLeftSibling(of: second), "the left half of three tasks has two")
    #expect(!second.isLeftSibling(of: first), "order counts")
    #expect(!first.isLeftSibling(of: first), "they must meet")
    #expect(!first.isLeftSibling(of: third), "sums have one length")
  }
}
