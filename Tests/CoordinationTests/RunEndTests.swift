import Testing

@testable import Coordination

private let (ann, bob) = (WorkerID(1), WorkerID(2))

@Test func aStoppedRunDismissesEveryone() {
  var bench = CoordinatorBench()
  bench.hear(.hello(capacity: 1), from: ann)
  bench.hear(.hello(capacity: 1), from: bob)
  #expect(bench.handle(.stop) == [.dismiss(ann), .dismiss(bob)])
  #expect(bench.hear(.ping(round: 0, leases: []), from: ann) == [.dismiss(ann)])
}

@Test func whoIsAskedToEndMakesTheStepThatIsUnderWay() {
  var bench = CoordinatorBench()
  bench.hear(.hello(capacity: 1), from: ann)
  let (this, next) = (bench.leases(of: ann)[0], bench.leases(of: ann)[1])
  #expect(bench.handle(.conclude(within: .seconds(10))) == [])
  #expect(bench.coordinator.isRunning)
  // What was sent ahead is not needed any more, and nothing more is.
  bench.hear(.goodbye, from: bob)
  bench.hear(.hello(capacity: 1), from: bob)
  #expect(bench.leases(of: bob).allSatisfy { $0.round == 0 })
  #expect(bench.answer(next, from: ann).leases == [])
  #expect(bench.answer(this, from: ann).appliedRound == 0)
  let actions = bench.handle(.applied(round: 0))
  #expect(actions == [.dismiss(ann), .dismiss(bob)])
  #expect(bench.coordinator.phase == .finished)
  #expect(bench.coordinator.round == 1)
}

@Test func aStepThatTakesTooLongIsGivenUp() {
  var bench = CoordinatorBench()
  bench.hear(.hello(capacity: 1), from: ann)
  bench.handle(.conclude(within: .milliseconds(500)))
  // Asking again does not put it off.
  bench.handle(.conclude(within: .seconds(10)))
  #expect(bench.tick(at: 499) == [])
  #expect(bench.tick(at: 500) == [.dismiss(ann)])
  #expect(bench.coordinator.phase == .finished)
  #expect(bench.coordinator.round == 0)
}

@Test func withoutWorkersNoStepIsWaitedFor() {
  var bench = CoordinatorBench()
  bench.hear(.hello(capacity: 1), from: ann)
  bench.handle(.conclude(within: .seconds(10)))
  bench.handle(.lost(ann))
  #expect(bench.coordinator.phase == .finished)
  var empty = CoordinatorBench()
  empty.handle(.conclude(within: .seconds(10)))
  #expect(empty.coordinator.phase == .finished)
}

@Test func aStepThatIsBeingConcludedOutlivesItsWorker() {
  var bench = CoordinatorBench()
  bench.hear(.hello(capacity: 1), from: ann)
  bench.hear(.hello(capacity: 1), from: bob)
  bench.handle(.conclude(within: .seconds(10)))
  bench.handle(.lost(ann))
  for lease in bench.leases(of: bob) where lease.round == 0 { bench.answer(lease, from: bob) }
  for lease in bench.leases(of: bob) where lease.round == 0 { bench.answer(lease, from: bob) }
  #expect(bench.coordinator.phase == .applying)
}

@Test func anEvaluationEndsAtOnce() {
  let rules = Coordinator.Rules(rounds: Rounds(steps: 0, batch: 1, evaluation: 4))
  var coordinator = Coordinator(
    rules: rules, epoch: CoordinatorBench.epoch, round: 0, at: Moment(.zero))
  _ = coordinator.handle(
    .message(.hello(capacity: 1), from: ann, epoch: CoordinatorBench.epoch), at: Moment(.zero))
  let actions = coordinator.handle(.conclude(within: .seconds(10)), at: Moment(.zero))
  #expect(actions == [.dismiss(ann)])
}
