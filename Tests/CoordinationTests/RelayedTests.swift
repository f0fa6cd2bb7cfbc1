import Testing

@testable import Coordination

// What a coordinator makes of a relay.

private let (ann, relay) = (WorkerID(1), WorkerID(2))

private func coordinator(batch: Int, mostTasks: Int = .max) -> Coordinator {
  Coordinator(
    rules: Coordinator.Rules(
      rounds: Rounds(steps: 3, batch: batch), patience: .seconds(1),
      hurry: .milliseconds(100), mostTasks: mostTasks, roundsAhead: 0),
    epoch: 7, round: 0, at: Moment(.zero))
}

extension Coordinator {
  fileprivate mutating func hear(_ message: Message, from worker: WorkerID) -> [Action] {
    handle(.message(message, from: worker, epoch: 7), at: Moment(.zero))
  }

  fileprivate func lent(to worker: WorkerID) -> [Lease] { leases(of: worker) }
}

extension [Lease] {
  /// What the tasks of all of these come to: a one from each.
  fileprivate var sum: TaskSum {
    let range = TaskRange(
      lower: map(\.range.lower).min() ?? 0, upper: map(\.range.upper).max() ?? 1)
    return TaskSum(range: range, values: [Float(range.count)])
  }

  fileprivate var answer: Coordinator.Message {
    .computed(leases: map(\.id), sum: sum, elapsed: .milliseconds(1))
  }
}

@Test func neighbouringLeasesMayBeAnsweredTogether() {
  var coordinator = coordinator(batch: 8)
  _ = coordinator.hear(.hello(capacity: 8, isRelay: true), from: relay)
  let leases = coordinator.lent(to: relay)
  #expect(leases.count == 8)
  #expect(coordinator.hear(Array(leases[4...]).answer, from: relay) == [])
  let actions = coordinator.hear(Array(leases[..<4]).answer, from: relay)
  #expect(
    actions == [.apply(round: 0, sum: TaskSum(range: TaskRange(batch: 8), values: [8]))])
}

@Test func relaysAreLentNodesOfTheTree() {
  var coordinator = coordinator(batch: 16, mostTasks: 1)
  for id in [1, 2] as [UInt64] {
    _ = coordinator.hear(.hello(capacity: 5, isRelay: true), from: WorkerID(id))
  }
  func lent(_ id: UInt64) -> [Int] { coordinator.lent(to: WorkerID(id)).map(\.range.lower) }
  #expect(lent(1) == Array(0..<8), "two nodes of four, not twice five")
  #expect(lent(2) == Array(8..<16))
}

@Test func anAnswerThatDoesNotHoldAllItsLeasesIsNoAnswer() {
  var coordinator = coordinator(batch: 8)
  _ = coordinator.hear(.hello(capacity: 8, isRelay: true), from: relay)
  let leases = coordinator.lent(to: relay)
  let gap = Coordinator.Message.computed(
    leases: [leases[0].id, leases[3].id], sum: Array(leases[..<4]).sum, elapsed: .zero)
  _ = coordinator.hear(gap, from: relay)
  let twice = Coordinator.Message.computed(
    leases: [leases[4].id, leases[4].id], sum: Array(leases[4..<6]).sum, elapsed: .zero)
  _ = coordinator.hear(twice, from: relay)
  #expect(coordinator.counters.sums == 0 && coordinator.counters.dropped == 2)
  let noNode = coordinator.lent(to: relay).filter { (1..<3).contains($0.range.lower) }
  _ = coordinator.hear(noNode.answer, from: relay)
  #expect(coordinator.counters.sums == 0 && coordinator.counters.dropped == 3)
  #expect(coordinator.lent(to: relay).count == 8, "they are lent anew")
}

@Test func aRelaysDeathIsNoTasksFault() {
  var coordinator = coordinator(batch: 4)
  for life in 1...9 as ClosedRange<UInt64> {
    _ = coordinator.hear(.hello(capacity: 4, isRelay: true), from: WorkerID(life))
    _ = coordinator.handle(.lost(WorkerID(life)), at: Moment(.zero))
  }
  _ = coordinator.hear(.hello(capacity: 4), from: ann)
  #expect(coordinator.isRunning)
  #expect(coordinator.lent(to: ann).map(\.range.count) == [1, 1, 1, 1], "nothing was halved")
}

@Test func aTaskThatKillsWorkersBehindARelayIsNamed() {
  var coordinator = coordinator(batch: 4)
  _ = coordinator.hear(.hello(capacity: 2, isRelay: true), from: relay)
  for _ in 0..<20 where coordinator.isRunning {
    guard let lease = coordinator.lent(to: relay).last else { break }
    let kills = lease.range.indices.contains(2)
    _ = coordinator.hear(kills ? .died(lease: lease.id) : [lease].answer, from: relay)
  }
  #expect(
    coordinator.phase
      == .stopped(.poisonedTask(round: 0, task: 2, workers: [relay, relay, relay])))
}

@Test func aRelayWithoutWorkersIsLentNothingUntilItHasSome() {
  var coordinator = coordinator(batch: 4)
  _ = coordinator.hear(.hello(capacity: 4, isRelay: true), from: relay)
  let nothing = coordinator.handle(
    .message(.ping(round: 0, leases: [], capacity: 0), from: relay, epoch: 7),
    at: Moment(.milliseconds(200)))
  #expect(nothing == [.pong(relay)] && coordinator.lent(to: relay).isEmpty)
  _ = coordinator.handle(
    .message(.ping(round: 0, leases: [], capacity: 4), from: relay, epoch: 7),
    at: Moment(.milliseconds(300)))
  #expect(coordinator.lent(to: relay).count == 4)
}
