import Testing

@testable import Coordination

private let (ann, bob) = (WorkerID(1), WorkerID(2))
private let epoch: UInt32 = 7

/// A relay that serves round 0, with workers of one thread each.
private struct Bench {
  var relay = Relay(
    rules: Worker.Rules(ping: .milliseconds(500), patience: .seconds(1)), at: Moment(.zero))
  var now = Moment(.zero)
  var batch = 8

  init(workers: [WorkerID] = [ann, bob]) {
    for worker in workers { hear(.hello(capacity: 1), from: worker) }
    above(.welcome)
    above(.parameters(round: 0))
  }

  @discardableResult
  mutating func handle(_ event: Relay.Event) -> [Relay.Action] { relay.handle(event, at: now) }

  @discardableResult
  mutating func above(_ message: Relay.Message) -> [Relay.Action] {
    handle(.above(message, epoch: epoch))
  }

  @discardableResult
  mutating func hear(_ message: Coordinator.Message, from worker: WorkerID) -> [Relay.Action] {
    handle(.below(message, from: worker, epoch: epoch))
  }

  /// Lends the tasks one by one, as leases 10, 11, ...
  @discardableResult
  mutating func lend(_ tasks: Range<Int>, round: Int = 0) -> [Relay.Action] {
    tasks.flatMap { above(.lease(lease($0, round: round), batch: batch)) }
  }

  func lease(_ task: Int, round: Int = 0) -> Lease {
    Lease(
      id: UInt64(10 + task), round: round, range: TaskRange(lower: task, upper: task + 1))
  }

  @discardableResult
  mutating func answer(_ task: Int, from worker: WorkerID) -> [Relay.Action] {
    let sum = TaskSum(range: lease(task).range, values: [1])
    return hear(
      .computed(leases: [lease(task).id], sum: sum, elapsed: .milliseconds(3)), from: worker)
  }

  @discardableResult
  mutating func wait(_ time: Duration) -> [Relay.Action] {
    now = now + time
    return handle(.tick)
  }
}

extension [Relay.Action] {
  /// Leases of each answer, and what it says.
  fileprivate var answers: [[UInt64]: Float] {
    reduce(into: [:]) { answers, action in
      if case .answer(let leases, let sum, _) = action {
        answers[leases.map(\.id).sorted()] = sum.values[0]
      }
    }
  }

  fileprivate var lent: [WorkerID: [Lease.ID]] {
    reduce(into: [:]) { lent, action in
      if case .lease(let lease, let worker) = action { lent[worker, default: []].append(lease) }
    }
  }
}

@Test func aRelayAsksForWorkOnceItHasWorkers() {
  var relay = Relay(rules: Worker.Rules(), at: Moment(.zero))
  #expect(relay.handle(.connected, at: Moment(.zero)) == [])
  #expect(
    relay.handle(.below(.hello(capacity: 2), from: ann, epoch: 0), at: Moment(.zero))
      == [.introduce(capacity: 2)])
  #expect(relay.handle(.above(.welcome, epoch: epoch), at: Moment(.zero)) == [.welcome(ann)])
  let more = relay.handle(.below(.hello(capacity: 3), from: bob, epoch: 0), at: Moment(.zero))
  #expect(more == [.welcome(bob), .ping(round: nil, leases: [], capacity: 5)])
}

@Test func neighboursGoToOneWorkerAndComeBackAsOneSum() {
  var bench = Bench()
  #expect(bench.lend(0..<4).lent == [ann: [10, 12], bob: [11, 13]])
  #expect(bench.answer(0, from: ann).answers == [:], "task 1 is here, too")
  #expect(bench.answer(1, from: bob).answers == [:], "tasks 2 and 3 are here, too")
  #expect(bench.answer(3, from: bob).answers == [:])
  #expect(bench.answer(2, from: ann).answers == [[10, 11, 12, 13]: 4])
}

@Test func aSumDoesNotWaitForTasksThatAreNotHere() {
  var bench = Bench()
  bench.lend(1..<3)
  #expect(bench.answer(1, from: ann).answers == [[11]: 1], "task 0 is elsewhere")
  #expect(bench.answer(2, from: bob).answers == [[12]: 1], "1 and 2 are no node of the tree")
}

@Test func aSumWaitsForASlowNeighbourOnlySoLong() {
  var bench = Bench()
  bench.lend(0..<2)
  bench.wait(.milliseconds(100))
  #expect(bench.answer(0, from: ann).answers == [:])
  #expect(bench.wait(.milliseconds(150)).answers == [:])
  #expect(bench.wait(.milliseconds(60)).answers == [[10]: 1])
  #expect(bench.answer(1, from: bob).answers == [[11]: 1])
}

@Test func whatADeadWorkerComputedIsReportedAndTheRestLentOn() {
  var bench = Bench()
  bench.lend(0..<4)
  let actions = bench.handle(.lost(ann))
  #expect(actions.prefix(2) == [.forget(10), .died(bench.lease(0))])
  #expect(bench.answer(1, from: bob).lent == [bob: [12]], "with room for it")
  #expect(bench.relay.workers == [bob])
}

@Test func whatIsLentAheadTakesNoRoomFromWhatItWaitsFor() {
  var bench = Bench(workers: [ann])
  bench.lend(4..<6, round: 1)
  #expect(bench.lend(0..<1).lent == [ann: [10]])
}

@Test func whoLeavesKillsNothing() {
  var bench = Bench()
  bench.lend(0..<2)
  let actions = bench.hear(.goodbye, from: ann)
  #expect(actions.lent == [bob: [10]])
  #expect(actions.contains(.ping(round: 0, leases: [10, 11], capacity: 1)))
}

@Test func aLastWorkersLeasesGoBack() {
  var bench = Bench(workers: [ann])
  bench.lend(0..<2)
  let actions = bench.hear(.goodbye, from: ann)
  #expect(actions == [.forget(10), .forget(11), .ping(round: 0, leases: [], capacity: 0)])
}

@Test func aNewRoundMakesTheOldOnePointless() {
  var bench = Bench()
  bench.lend(0..<2)
  bench.lend(4..<5, round: 1)
  bench.answer(0, from: ann)
  let actions = bench.above(.parameters(round: 1))
  #expect(
    actions == [
      .adopt(round: 1), .forget(11), .parameters(to: ann), .parameters(to: bob),
    ])
  #expect(bench.answer(1, from: bob).answers == [:])
  #expect(bench.relay.counters.dropped == 1)
}

@Test func aNewEpochVoidsWhatWasLent() {
  var bench = Bench()
  bench.lend(0..<2)
  let actions = bench.handle(.above(.welcome, epoch: epoch + 1))
  #expect(actions == [.forget(10), .forget(11), .welcome(ann), .welcome(bob)])
  #expect(bench.answer(0, from: ann) == [.ask(ann)], "it speaks to the epoch before")
}

@Test func strangersAreAskedForTheirNames() {
  var bench = Bench()
  let stranger = WorkerID(9)
  #expect(bench.hear(.ping(round: nil, leases: []), from: stranger) == [.ask(stranger)])
}

@Test func whatGotLostOnTheWayIsLentAgain() {
  var bench = Bench(workers: [ann])
  bench.lend(0..<1)
  bench.wait(.milliseconds(501))
  let actions = bench.hear(.ping(round: nil, leases: []), from: ann)
  #expect(actions == [.pong(ann), .parameters(to: ann), .lease(10, to: ann)])
}

@Test func sumsThatOverflowAreLeftToTheCoordinator() {
  var bench = Bench()
  bench.lend(0..<2)
  let huge = (0..<2).map { task in
    Coordinator.Message.computed(
      leases: [bench.lease(task).id],
      sum: TaskSum(range: bench.lease(task).range, values: [.greatestFiniteMagnitude]),
      elapsed: .zero)
  }
  bench.hear(huge[0], from: ann)
  bench.hear(huge[1], from: bob)
  #expect(Set(bench.wait(.milliseconds(60)).answers.keys) == [[10], [11]])
}

@Test func silenceMeansDeathOnBothSides() {
  var bench = Bench()
  bench.wait(.milliseconds(900))
  bench.hear(.ping(round: 0, leases: []), from: ann)
  let actions = bench.wait(.milliseconds(200))
  #expect(bench.relay.workers == [ann])
  #expect(actions.contains(.reconnect), "nothing was heard from above either")
  #expect(bench.relay.counters.lost == 1)
}

@Test func whoEndsTellsItsWorkers() {
  var dismissed = Bench()
  #expect(
    dismissed.above(.dismissed) == [.dismiss(ann), .dismiss(bob), .end(.dismissed)])
  var left = Bench()
  #expect(left.handle(.leave) == [.goodbye, .dismiss(ann), .dismiss(bob), .end(.left)])
}

/// What a worker says of task 3 when it does not simply compute it.
@Test(
  arguments: [
    (Coordinator.Message.died(lease: 13), Relay.Action.died(Bench().lease(3))),
    (Coordinator.Message.notFinite(lease: 13), Relay.Action.notFinite(Bench().lease(3))),
  ])
private func whatCameWithALeaseThatFailedIsForgotten(
  message: Coordinator.Message, passedOn: Relay.Action
) {
  var bench = Bench(workers: [ann])
  bench.lend(3..<4)
  #expect(bench.hear(message, from: ann) == [.forget(13), passedOn])
}

@Test func aLeaseThatComesAgainWhileItsSumWaitsIsForgotten() {
  var bench = Bench()
  bench.lend(0..<2)
  #expect(bench.answer(0, from: ann).contains(.forget(10)))
  #expect(bench.lend(0..<1) == [.forget(10)])
}
