import Testing

@testable import Coordination

/// A run of one step, and workers that come one after the other.
private struct Ward {
  var coordinator: Coordinator
  var now = Moment(.zero)

  init(batch: Int) {
    coordinator = Coordinator(
      rules: Coordinator.Rules(
        rounds: Rounds(steps: 1, batch: batch), patience: .seconds(1), hurry: .seconds(60),
        mostTasks: 1, roundsAhead: 0),
      epoch: 7, round: 0, at: now)
  }

  mutating func hear(_ message: Coordinator.Message, from worker: Int) {
    _ = coordinator.handle(.message(message, from: WorkerID(UInt64(worker)), epoch: 7), at: now)
  }

  mutating func join(_ worker: Int, capacity: Int = 1) {
    hear(.hello(capacity: capacity), from: worker)
  }

  mutating func lose(_ worker: Int) {
    _ = coordinator.handle(.lost(WorkerID(UInt64(worker))), at: now)
  }

  mutating func wait() {
    now = now + .seconds(2)
    _ = coordinator.handle(.tick, at: now)
  }

  func held(by worker: Int) -> [Int] {
    coordinator.leases(of: WorkerID(UInt64(worker))).map(\.range.lower)
  }
}

/// Workers that compute two tasks at once die of one of them. The other is not held to be it.
@Test func aTaskIsNotBlamedForItsNeighbour() {
  var ward = Ward(batch: 2)
  var lives = 0
  while ward.coordinator.isRunning, lives < 20 {
    lives += 1
    ward.join(lives, capacity: 2)
    for lease in ward.coordinator.leases(of: WorkerID(UInt64(lives))) where lease.range.lower == 0 {
      let sum = TaskSum(range: lease.range, values: [1])
      if ward.held(by: lives) == [0] {
        ward.hear(.computed(leases: [lease.id], sum: sum, elapsed: .zero), from: lives)
      }
    }
    if ward.held(by: lives).contains(1) { ward.lose(lives) }
  }
  guard case .stopped(.poisonedTask(0, 1, let workers)) = ward.coordinator.phase else {
    Issue.record("it ended as \(ward.coordinator.phase)")
    return
  }
  #expect(workers.count == 3)
}

/// The network fails, and each worker in turn falls silent over the only task.
@Test func silenceIsNotDeath() {
  var ward = Ward(batch: 1)
  for worker in 1...11 {
    ward.join(worker)
    #expect(ward.held(by: worker) == [0])
    ward.wait()
    #expect(ward.coordinator.isRunning)
  }
  // If all of them speak again, nothing is left of it.
  for worker in 1...11 { ward.hear(.ping(round: 0, leases: []), from: worker) }
  for worker in 21...31 {
    ward.join(worker)
    ward.wait()
    #expect(ward.coordinator.isRunning)
  }
  ward.join(32)
  ward.wait()
  #expect(!ward.coordinator.isRunning, "twelve silences are as good as three deaths")
}
