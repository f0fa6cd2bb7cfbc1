import Testing

@testable import Coordination

private func at(_ milliseconds: Int) -> Moment { Moment(.milliseconds(milliseconds)) }

private func lease(_ id: Lease.ID, round: Int) -> Lease {
  Lease(id: id, round: round, range: TaskRange(lower: 0, upper: 2))
}

/// A worker that a coordinator of epoch 3 took in at once.
private func serving(capacity: Int = 1, loneliness: Duration? = nil) -> Worker {
  let rules = Worker.Rules(
    ping: .milliseconds(300), patience: .seconds(1), loneliness: loneliness)
  var worker = Worker(rules: rules, capacity: capacity, at: at(0))
  _ = worker.handle(.tick, at: at(0))
  _ = worker.handle(.message(.welcome, epoch: 3), at: at(0))
  return worker
}

@Test func aWorkerIntroducesItselfUntilSomeoneAnswers() {
  var worker = Worker(rules: Worker.Rules(), capacity: 1, at: at(0))
  let times = (0..<30).filter { worker.handle(.tick, at: at($0 * 100)).contains(.introduce) }
  #expect(times == [0, 2, 6, 14], "after 0.2 s, then twice that, and again")
}

@Test func aLeaseWaitsForTheParametersOfItsStep() {
  var worker = serving()
  #expect(worker.handle(.message(.lease(lease(1, round: 5)), epoch: 3), at: at(1)) == [])
  #expect(worker.handle(.message(.parameters(round: 4), epoch: 3), at: at(2)) == [.adopt(round: 4)])
  #expect(
    worker.handle(.message(.parameters(round: 5), epoch: 3), at: at(3))
      == [.adopt(round: 5), .compute(lease(1, round: 5))])
  #expect(worker.handle(.computed(1), at: at(4)) == [.answer(1)])
}

@Test func aWorkerComputesAsMuchAtOnceAsItHasThreads() {
  var worker = serving(capacity: 2)
  _ = worker.handle(.message(.parameters(round: 0), epoch: 3), at: at(0))
  let started = (1...3).map { id in
    worker.handle(.message(.lease(lease(Lease.ID(id), round: 0)), epoch: 3), at: at(1)).count
  }
  #expect(started == [1, 1, 0])
  #expect(
    worker.handle(.computed(2), at: at(2)) == [.compute(lease(3, round: 0)), .answer(2)])
}

@Test func whatANewStepMakesPointlessIsForgotten() {
  var worker = serving()
  _ = worker.handle(.message(.parameters(round: 0), epoch: 3), at: at(0))
  _ = worker.handle(.message(.lease(lease(1, round: 0)), epoch: 3), at: at(0))
  _ = worker.handle(.message(.lease(lease(2, round: 0)), epoch: 3), at: at(0))
  #expect(
    worker.handle(.message(.parameters(round: 1), epoch: 3), at: at(1))
      == [.adopt(round: 1), .forget(2)])
  #expect(worker.handle(.computed(1), at: at(2)) == [.forget(1)])
}

@Test func parametersOfAnOlderStepAreNotAdopted() {
  var worker = serving()
  _ = worker.handle(.message(.parameters(round: 4), epoch: 3), at: at(0))
  #expect(worker.handle(.message(.parameters(round: 3), epoch: 3), at: at(1)) == [])
}

@Test func messagesOfAnotherEpochAreIgnored() {
  var worker = serving()
  for epoch in [2, 4] as [UInt32] {
    #expect(worker.handle(.message(.parameters(round: 0), epoch: epoch), at: at(1)) == [])
    #expect(worker.handle(.message(.dismissed, epoch: epoch), at: at(1)) == [])
  }
  #expect(worker.handle(.message(.welcome, epoch: 2), at: at(1)) == [])
  #expect(worker.epoch == 3)
}

@Test func aNewCoordinatorVoidsWhatTheOldOneLent() {
  var worker = serving()
  _ = worker.handle(.message(.parameters(round: 9), epoch: 3), at: at(0))
  _ = worker.handle(.message(.lease(lease(1, round: 9)), epoch: 3), at: at(0))
  _ = worker.handle(.message(.lease(lease(2, round: 9)), epoch: 3), at: at(0))
  #expect(worker.handle(.message(.welcome, epoch: 4), at: at(1)) == [.forget(2)])
  _ = worker.handle(.message(.parameters(round: 9), epoch: 4), at: at(2))
  #expect(
    worker.handle(.computed(1), at: at(3)) == [.forget(1)], "the same round, but not its lease")
}

@Test func aWorkerThatIsForgottenIntroducesItselfAgain() {
  var worker = serving()
  #expect(worker.handle(.message(.unknown, epoch: 4), at: at(1)) == [.introduce])
}

@Test func aWorkerPingsAndSeeksASilentCoordinatorAnew() {
  var worker = serving()
  #expect(worker.handle(.tick, at: at(299)) == [])
  #expect(worker.handle(.tick, at: at(300)) == [.ping(round: nil, leases: [])])
  #expect(worker.handle(.tick, at: at(1001)) == [.reconnect, .introduce])
}

@Test func aWorkerThatIsAskedToLeaveFinishesWhatItComputes() {
  var worker = serving()
  _ = worker.handle(.message(.parameters(round: 0), epoch: 3), at: at(0))
  _ = worker.handle(.message(.lease(lease(1, round: 0)), epoch: 3), at: at(0))
  _ = worker.handle(.message(.lease(lease(2, round: 0)), epoch: 3), at: at(0))
  #expect(worker.handle(.leave, at: at(1)) == [.forget(2)])
  #expect(worker.handle(.computed(1), at: at(2)) == [.answer(1), .goodbye, .end(.left)])
}

@Test func aWorkerGivesUpWhenItMay() {
  var worker = serving(loneliness: .seconds(5))
  #expect(worker.handle(.tick, at: at(5001)) == [.end(.alone(.milliseconds(5001)))])
}

@Test func anEndedWorkerDoesNothingMore() {
  var worker = serving()
  #expect(worker.handle(.message(.dismissed, epoch: 3), at: at(1)) == [.end(.dismissed)])
  #expect(worker.handle(.message(.welcome, epoch: 4), at: at(2)) == [])
}

@Test func aConnectionThatCameBackIsGreetedAnew() {
  var worker = serving()
  #expect(worker.handle(.connected, at: at(5)) == [.introduce])
}
