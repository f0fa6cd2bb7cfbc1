import Testing

@testable import Coordination

private let ann = WorkerID(1)

/// Whoever computes task 2 dies.
@Test func aTaskThatKillsItsWorkersIsCorneredAndNamed() {
  var bench = CoordinatorBench(batch: 4)
  var victims: [WorkerID] = []
  for life in 1...9 {
    let worker = WorkerID(UInt64(life))
    bench.hear(.hello(capacity: 1), from: worker)
    while bench.coordinator.isRunning {
      let owed = bench.coordinator.members.first?.claims.first { $0.lease.round == 0 }
      guard let lease = owed?.lease else { break }
      guard !lease.range.indices.contains(2) else {
        victims.append(worker)
        bench.handle(.lost(worker))
        break
      }
      bench.answer(lease, from: worker)
    }
    if !bench.coordinator.isRunning { break }
  }
  #expect(
    bench.coordinator.phase
      == .stopped(.poisonedTask(round: 0, task: 2, workers: Array(victims.suffix(3)))))
  #expect(victims.count == 5, "0..<4, 2..<4, then task 2 alone three times")
}

@Test func aTaskThatIsNeverFiniteStopsTheRun() {
  var bench = CoordinatorBench(batch: 2)
  bench.hear(.hello(capacity: 1), from: ann)
  for _ in 0..<20 where bench.coordinator.isRunning {
    let owed = bench.coordinator.members.first?.claims.first { $0.lease.round == 0 }
    guard let lease = owed?.lease else { break }
    if lease.range.indices.contains(1) {
      bench.hear(.notFinite(lease: lease.id), from: ann)
    } else {
      bench.answer(lease, from: ann)
    }
  }
  #expect(bench.coordinator.phase == .stopped(.notFinite(round: 0, task: 1)))
}

/// Whoever answers has room first, and must not be lent the same task for ever.
@Test(arguments: 1...5, 1...2)
func aRunStopsWhenNobodyGetsFiniteNumbers(workers: Int, capacity: Int) {
  var bench = CoordinatorBench(batch: 25)
  let everyone = (1...UInt64(workers)).map(WorkerID.init)
  for worker in everyone { bench.hear(.hello(capacity: capacity), from: worker) }
  for turn in 0..<1000 where bench.coordinator.isRunning {
    let worker = everyone[turn % workers]
    let member = bench.coordinator.members.first { $0.id == worker }
    guard let claim = member?.claims.first(where: { $0.lease.round == 0 }) else { continue }
    bench.hear(.notFinite(lease: claim.lease.id), from: worker)
  }
  guard case .stopped(.notFinite(round: 0, _)) = bench.coordinator.phase else {
    Issue.record("\(bench.coordinator.phase)")
    return
  }
}
