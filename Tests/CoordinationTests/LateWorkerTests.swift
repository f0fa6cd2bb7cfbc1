import Testing

@testable import Coordination

private let (ann, bob, cyd) = (WorkerID(1), WorkerID(2), WorkerID(3))

@Test func aSilentWorkersLeaseGoesToTheOthersInHalves() {
  var bench = CoordinatorBench()
  bench.hear(.hello(capacity: 1), from: ann)
  bench.tick(at: 900)
  bench.hear(.hello(capacity: 1), from: bob)
  let leases = bench.tick(at: 1001).leases
  #expect(leases.first == "2: 0/0..<2")
  #expect(bench.coordinator.workers == [bob])
  #expect(bench.coordinator.counters.lost == 1)
}

@Test func aWorkerThatLeavesHandsItsLeaseBackWhole() {
  var bench = CoordinatorBench()
  bench.hear(.hello(capacity: 1), from: ann)
  bench.hear(.hello(capacity: 1), from: bob)
  #expect(bench.hear(.goodbye, from: ann).leases.first == "2: 0/0..<4")
}

@Test func anIdleWorkerGetsWhatAnotherIsLateWith() {
  var bench = CoordinatorBench(batch: 2)
  bench.hear(.hello(capacity: 1), from: ann)
  bench.hear(.hello(capacity: 1), from: bob)
  #expect(bench.leases(of: ann).map(\.description) == ["0/0..<2", "1/0..<2"])
  #expect(bench.leases(of: bob) == [])
  bench.coordinator.pace.observe(.milliseconds(10), tasks: 1)
  #expect(bench.tick(at: 99).leases == [])
  #expect(bench.tick(at: 101).leases.first == "2: 0/0..<2")
  #expect(bench.answer(bench.leases(of: bob)[0], from: bob).appliedRound == 0)
  bench.handle(.applied(round: 0))
  bench.answer(bench.leases(of: ann)[0], from: ann)
  #expect(bench.coordinator.counters.dropped == 1, "the late answer is of a step that is over")
}

/// Where a thousand workers share a network, answers are slow though tasks are short.
@Test func whatIsSlowForEverybodyIsNotLate() {
  var bench = CoordinatorBench(batch: 2)
  bench.hear(.hello(capacity: 1), from: ann)
  bench.hear(.hello(capacity: 1), from: bob)
  bench.now = Moment(.milliseconds(95))
  bench.answer(bench.leases(of: ann)[0], from: ann)
  bench.handle(.applied(round: 0))
  #expect(bench.tick(at: 95 + 190).leases == [])
  #expect(bench.tick(at: 95 + 191).leases == ["2: 1/0..<2"])
}

@Test func whoIsLateGetsNothingNewUntilItSpeaks() {
  var bench = CoordinatorBench(batch: 2)
  bench.hear(.hello(capacity: 1), from: ann)
  bench.hear(.hello(capacity: 1), from: bob)
  bench.coordinator.pace.observe(.milliseconds(10), tasks: 1)
  bench.tick(at: 101)
  bench.answer(bench.leases(of: bob)[0], from: bob)
  let next = bench.handle(.applied(round: 0))
  #expect(next.contains(.parameters(round: 1, to: bob)))
  #expect(!next.contains(.parameters(round: 1, to: ann)))
  let actions = bench.hear(.ping(round: 0, leases: []), from: ann)
  #expect(actions.contains(.parameters(round: 1, to: ann)))
}

@Test func aPingShowsWhatWasLostOnTheWay() {
  var bench = CoordinatorBench(batch: 1, steps: 5)
  bench.hear(.hello(capacity: 1), from: ann)
  let first = bench.leases(of: ann)[0]
  bench.now = Moment(.milliseconds(500))
  #expect(bench.hear(.ping(round: nil, leases: []), from: ann) == [.pong(ann)], "may be on its way")
  bench.now = Moment(.milliseconds(501))
  let actions = bench.hear(.ping(round: nil, leases: []), from: ann)
  #expect(actions.contains(.parameters(round: 0, to: ann)))
  #expect(actions.leases == ["1: 0/0..<1", "1: 1/0..<1"])
  bench.answer(first, from: ann)
  #expect(bench.coordinator.counters.dropped == 1, "the first lease is void")
}

/// What was sent ahead for the next step takes no room from what this step still needs.
@Test func workOfTheDeadFindsRoomBesideTheNextStep() {
  var bench = CoordinatorBench(batch: 3, mostTasks: 1)
  for worker in [ann, bob, cyd] { bench.hear(.hello(capacity: 1), from: worker) }
  for lease in bench.leases(of: ann) { bench.answer(lease, from: ann) }
  bench.handle(.lost(cyd))
  let rescued = bench.handle(.lost(bob)).leases
  #expect(rescued.contains { $0.hasPrefix("1: 0/") }, "\(rescued)")
}

@Test func aRunWithoutWorkersWaitsAsLongAsItMay() {
  var patient = CoordinatorBench()
  patient.tick(at: 1_000_000)
  #expect(patient.coordinator.isRunning)
  var bounded = CoordinatorBench(loneliness: .seconds(5))
  bounded.tick(at: 5000)
  #expect(bounded.coordinator.isRunning)
  bounded.tick(at: 5001)
  #expect(bounded.coordinator.phase == .stopped(.noWorkers(since: .milliseconds(5001))))
}
