import Testing

@testable import Coordination

private let (ann, bob, cyd) = (WorkerID(1), WorkerID(2), WorkerID(3))
private let epoch: UInt32 = 7

/// A coordinator, a time, and everything it has asked for.
private struct Bench {
  var coordinator: Coordinator
  var now = Moment(.zero)
  var actions: [Coordinator.Action] = []

  init(batch: Int = 4, steps: Int = 3, mostTasks: Int = .max, loneliness: Duration? = nil) {
    let rules = Coordinator.Rules(
      rounds: Rounds(steps: steps, batch: batch), patience: .seconds(1), hurry: .milliseconds(100),
      mostTasks: mostTasks, loneliness: loneliness)
    coordinator = Coordinator(rules: rules, epoch: epoch, round: 0, at: now)
  }

  @discardableResult
  mutating func handle(_ event: Coordinator.Event) -> [Coordinator.Action] {
    let new = coordinator.handle(event, at: now)
    actions += new
    return new
  }

  @discardableResult
  mutating func hear(
    _ message: Coordinator.Message, from worker: WorkerID, epoch: UInt32 = epoch
  ) -> [Coordinator.Action] {
    handle(.message(message, from: worker, epoch: epoch))
  }

  @discardableResult
  mutating func tick(at milliseconds: Int) -> [Coordinator.Action] {
    now = Moment(.milliseconds(milliseconds))
    return handle(.tick)
  }

  /// Everything lent to a worker so far, in order.
  func leases(of worker: WorkerID) -> [Lease] {
    actions.compactMap { if case .lease(let lease, _, worker) = $0 { lease } else { nil } }
  }

  @discardableResult
  mutating func answer(_ lease: Lease, from worker: WorkerID) -> [Coordinator.Action] {
    let sum = TaskSum(range: lease.range, values: [Float(lease.range.count)])
    return hear(
      .computed(leases: [lease.id], sum: sum, elapsed: .milliseconds(1)), from: worker)
  }
}

extension [Coordinator.Action] {
  fileprivate var leases: [String] {
    compactMap { action in
      if case .lease(let lease, _, let worker) = action { "\(worker.raw): \(lease)" } else { nil }
    }
  }

  fileprivate var applied: Int? {
    for case .apply(let step, _) in self { return step }
    return nil
  }
}

@Test func theFirstWorkerGetsParametersAndWorkAndTheNextStepAhead() {
  var bench = Bench()
  let actions = bench.hear(.hello(capacity: 1), from: ann)
  #expect(actions.prefix(2) == [.welcome(ann), .parameters(round: 0, to: ann)])
  #expect(actions.leases == ["1: 0/0..<4", "1: 1/0..<4"])
}

@Test func noLeaseIsLargerThanAMessage() {
  var bench = Bench(batch: 11, steps: 1, mostTasks: 2)
  bench.hear(.hello(capacity: 1), from: ann)
  while let lease = bench.leases(of: ann).last, lease.round == 0,
    bench.coordinator.phase == .gathering
  {
    #expect(lease.range.count <= 2)
    for lease in bench.leases(of: ann) { bench.answer(lease, from: ann) }
  }
  #expect(bench.leases(of: ann).count >= 6)
}

@Test func aStepEndsWhenItsRootIsKnown() {
  var bench = Bench()
  bench.hear(.hello(capacity: 2), from: ann)
  let leases = bench.leases(of: ann)
  #expect(leases.map(\.description) == ["0/0..<2", "0/2..<4", "1/0..<2", "1/2..<4"])
  #expect(bench.answer(leases[1], from: ann).applied == nil)
  #expect(bench.answer(leases[0], from: ann).applied == 0)
  #expect(bench.handle(.applied(round: 0)).first == .parameters(round: 1, to: ann))
  #expect(bench.coordinator.round == 1)
}

@Test func theLastStepEndsTheRun() {
  var bench = Bench(steps: 1)
  bench.hear(.hello(capacity: 1), from: ann)
  bench.answer(bench.leases(of: ann)[0], from: ann)
  #expect(bench.handle(.applied(round: 0)) == [.dismiss(ann)])
  #expect(bench.coordinator.phase == .finished)
  #expect(bench.hear(.hello(capacity: 1), from: bob) == [.dismiss(bob)])
}

/// Found by `scripts/fuzz coordinator --seed 1 --round 1233`.
@Test func anUpdateUnderWayWhenTheRunIsEndedCounts() {
  var bench = Bench()
  bench.hear(.hello(capacity: 1), from: ann)
  bench.answer(bench.leases(of: ann)[0], from: ann)
  #expect(bench.handle(.stop) == [.dismiss(ann)])
  #expect(bench.handle(.applied(round: 0)) == [])
  #expect(bench.coordinator.round == 1)
  #expect(bench.coordinator.phase == .finished)
}

@Test func aSecondAnswerCountsForNothing() {
  var bench = Bench()
  bench.hear(.hello(capacity: 2), from: ann)
  let lease = bench.leases(of: ann)[0]
  bench.answer(lease, from: ann)
  bench.answer(lease, from: ann)
  #expect(bench.coordinator.counters.sums == 1)
  #expect(bench.coordinator.counters.dropped == 1)
}

@Test func anAnswerForAnotherRangeThanTheLeaseIsDropped() {
  var bench = Bench()
  bench.hear(.hello(capacity: 2), from: ann)
  let lease = bench.leases(of: ann)[0]
  let lie = Lease(id: lease.id, round: 0, range: TaskRange(lower: 2, upper: 4))
  bench.answer(lie, from: ann)
  #expect(bench.coordinator.counters.sums == 0)
}

@Test func strangersAndThoseOfAnotherEpochAreAskedWhoTheyAre() {
  var bench = Bench()
  #expect(bench.hear(.ping(round: 3, leases: [9]), from: ann) == [.introduce(ann)])
  bench.hear(.hello(capacity: 1), from: ann)
  let lease = bench.leases(of: ann)[0]
  let sum = TaskSum(range: lease.range, values: [1])
  let late = Coordinator.Message.computed(leases: [lease.id], sum: sum, elapsed: .zero)
  #expect(bench.hear(late, from: ann, epoch: epoch - 1) == [.introduce(ann)])
  #expect(bench.coordinator.counters.sums == 0)
}

@Test func aSilentWorkersLeaseGoesToTheOthersInHalves() {
  var bench = Bench()
  bench.hear(.hello(capacity: 1), from: ann)
  bench.tick(at: 900)
  bench.hear(.hello(capacity: 1), from: bob)
  let leases = bench.tick(at: 1001).leases
  #expect(leases.first == "2: 0/0..<2")
  #expect(bench.coordinator.workers == [bob])
  #expect(bench.coordinator.counters.lost == 1)
}

@Test func aWorkerThatLeavesHandsItsLeaseBackWhole() {
  var bench = Bench()
  bench.hear(.hello(capacity: 1), from: ann)
  bench.hear(.hello(capacity: 1), from: bob)
  #expect(bench.hear(.goodbye, from: ann).leases.first == "2: 0/0..<4")
}

@Test func anIdleWorkerGetsWhatAnotherIsLateWith() {
  var bench = Bench(batch: 2)
  bench.hear(.hello(capacity: 1), from: ann)
  bench.hear(.hello(capacity: 1), from: bob)
  #expect(bench.leases(of: ann).map(\.description) == ["0/0..<2", "1/0..<2"])
  #expect(bench.leases(of: bob) == [])
  bench.coordinator.pace.observe(.milliseconds(10), tasks: 1)
  #expect(bench.tick(at: 99).leases == [])
  #expect(bench.tick(at: 101).leases.first == "2: 0/0..<2")
  #expect(bench.answer(bench.leases(of: bob)[0], from: bob).applied == 0)
  bench.handle(.applied(round: 0))
  bench.answer(bench.leases(of: ann)[0], from: ann)
  #expect(bench.coordinator.counters.dropped == 1, "the late answer is of a step that is over")
}

/// Where a thousand workers share a network, answers are slow though tasks are short.
@Test func whatIsSlowForEverybodyIsNotLate() {
  var bench = Bench(batch: 2)
  bench.hear(.hello(capacity: 1), from: ann)
  bench.hear(.hello(capacity: 1), from: bob)
  bench.now = Moment(.milliseconds(95))
  bench.answer(bench.leases(of: ann)[0], from: ann)
  bench.handle(.applied(round: 0))
  #expect(bench.tick(at: 95 + 190).leases == [])
  #expect(bench.tick(at: 95 + 191).leases == ["2: 1/0..<2"])
}

@Test func whoIsLateGetsNothingNewUntilItSpeaks() {
  var bench = Bench(batch: 2)
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
  var bench = Bench(batch: 1, steps: 5)
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

/// Whoever computes task 2 dies.
@Test func aTaskThatKillsItsWorkersIsCorneredAndNamed() {
  var bench = Bench(batch: 4)
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
  var bench = Bench(batch: 2)
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
  var bench = Bench(batch: 25)
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

/// What was sent ahead for the next step takes no room from what this step still needs.
@Test func workOfTheDeadFindsRoomBesideTheNextStep() {
  var bench = Bench(batch: 3, mostTasks: 1)
  for worker in [ann, bob, cyd] { bench.hear(.hello(capacity: 1), from: worker) }
  for lease in bench.leases(of: ann) { bench.answer(lease, from: ann) }
  bench.handle(.lost(cyd))
  let rescued = bench.handle(.lost(bob)).leases
  #expect(rescued.contains { $0.hasPrefix("1: 0/") }, "\(rescued)")
}

@Test func aRunWithoutWorkersWaitsAsLongAsItMay() {
  var patient = Bench()
  patient.tick(at: 1_000_000)
  #expect(patient.coordinator.isRunning)
  var bounded = Bench(loneliness: .seconds(5))
  bounded.tick(at: 5000)
  #expect(bounded.coordinator.isRunning)
  bounded.tick(at: 5001)
  #expect(bounded.coordinator.phase == .stopped(.noWorkers(since: .milliseconds(5001))))
}

@Test func leasesShrinkWhereTasksAreLong() {
  var bench = Bench(batch: 16, steps: 5)
  bench.hear(.hello(capacity: 1), from: ann)
  bench.coordinator.pace.observe(.seconds(1), tasks: 1)
  bench.answer(bench.leases(of: ann)[0], from: ann)
  let ahead = bench.handle(.applied(round: 0)).leases
  #expect(ahead == ["1: 2/0..<1"], "step 1 was cut before the pace was known")
}

@Test func aStoppedRunDismissesEveryone() {
  var bench = Bench()
  bench.hear(.hello(capacity: 1), from: ann)
  bench.hear(.hello(capacity: 1), from: bob)
  #expect(bench.handle(.stop) == [.dismiss(ann), .dismiss(bob)])
  #expect(bench.hear(.ping(round: 0, leases: []), from: ann) == [.dismiss(ann)])
}

// MARK: - Ending after a step

@Test func whoIsAskedToEndMakesTheStepThatIsUnderWay() {
  var bench = Bench()
  bench.hear(.hello(capacity: 1), from: ann)
  let (this, next) = (bench.leases(of: ann)[0], bench.leases(of: ann)[1])
  #expect(bench.handle(.conclude(within: .seconds(10))) == [])
  #expect(bench.coordinator.isRunning)
  // What was sent ahead is not needed any more, and nothing more is.
  bench.hear(.goodbye, from: bob)
  bench.hear(.hello(capacity: 1), from: bob)
  #expect(bench.leases(of: bob).allSatisfy { $0.round == 0 })
  #expect(bench.answer(next, from: ann).leases == [])
  #expect(bench.answer(this, from: ann).applied == 0)
  let actions = bench.handle(.applied(round: 0))
  #expect(actions == [.dismiss(ann), .dismiss(bob)])
  #expect(bench.coordinator.phase == .finished)
  #expect(bench.coordinator.round == 1)
}

@Test func aStepThatTakesTooLongIsGivenUp() {
  var bench = Bench()
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
  var bench = Bench()
  bench.hear(.hello(capacity: 1), from: ann)
  bench.handle(.conclude(within: .seconds(10)))
  bench.handle(.lost(ann))
  #expect(bench.coordinator.phase == .finished)
  var empty = Bench()
  empty.handle(.conclude(within: .seconds(10)))
  #expect(empty.coordinator.phase == .finished)
}

@Test func aStepThatIsBeingConcludedOutlivesItsWorker() {
  var bench = Bench()
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
  var coordinator = Coordinator(rules: rules, epoch: epoch, round: 0, at: Moment(.zero))
  _ = coordinator.handle(
    .message(.hello(capacity: 1), from: ann, epoch: epoch), at: Moment(.zero))
  let actions = coordinator.handle(.conclude(within: .seconds(10)), at: Moment(.zero))
  #expect(actions == [.dismiss(ann)])
}

@Test func everyCounterIsAdded() {
  var one = Coordinator.Counters()
  #expect(Coordinator.Counters.all.count == Mirror(reflecting: one).children.count)
  for (index, count) in Coordinator.Counters.all.enumerated() { one[keyPath: count] = index + 1 }
  let sum = one + one
  for (index, count) in Coordinator.Counters.all.enumerated() {
    #expect(sum[keyPath: count] == 2 * (index + 1))
  }
}
