import Testing

@testable import Coordination

private let (ann, bob, cyd, dan) = (WorkerID(1), WorkerID(2), WorkerID(3), WorkerID(4))
private let epoch: UInt32 = 7

/// A coordinator that audits everything, and what it asked for.
private struct Court {
  var coordinator: Coordinator
  var now = Moment(.zero)
  var actions: [Coordinator.Action] = []

  init(batch: Int = 2, share: Double = 1) {
    coordinator = Coordinator(
      rules: Coordinator.Rules(
        rounds: Rounds(steps: 2, batch: batch), patience: .seconds(60), hurry: .seconds(60),
        roundsAhead: 0, audit: Audit(share: share, seed: 1, wait: .seconds(10))),
      epoch: epoch, round: 0, at: now)
  }

  @discardableResult
  mutating func hear(
    _ message: Coordinator.Message, from worker: WorkerID
  ) -> [Coordinator.Action] {
    let new = coordinator.handle(.message(message, from: worker, epoch: epoch), at: now)
    actions += new
    return new
  }

  mutating func join(_ workers: WorkerID...) {
    for worker in workers { hear(.hello(capacity: 1), from: worker) }
  }

  @discardableResult
  mutating func tick(at seconds: Int) -> [Coordinator.Action] {
    now = Moment(.seconds(seconds))
    let new = coordinator.handle(.tick, at: now)
    actions += new
    return new
  }

  /// A worker answers its oldest lease: what is right, or that and so much more.
  @discardableResult
  mutating func answer(_ worker: WorkerID, plus error: Float = 0) -> [Coordinator.Action] {
    guard let lease = coordinator.leases(of: worker).first else { return [] }
    let sum = TaskSum(range: lease.range, values: [Float(lease.range.count) + error])
    return hear(.computed(leases: [lease.id], sum: sum, elapsed: .milliseconds(1)), from: worker)
  }

  func leased(to worker: WorkerID) -> [String] {
    coordinator.leases(of: worker).map(\.description)
  }
}

extension [Coordinator.Action] {
  fileprivate var notices: [Notice] {
    compactMap { if case .tell(let notice) = $0 { notice } else { nil } }
  }

  fileprivate var expelled: [WorkerID] {
    compactMap { if case .expel(let worker) = $0 { worker } else { nil } }
  }

  fileprivate var applied: TaskSum? {
    for case .apply(_, let sum) in self { return sum }
    return nil
  }
}

@Test func whatIsAuditedCountsOnceTwoWorkersAgree() {
  var court = Court(batch: 1)
  court.join(ann, bob)
  #expect(court.leased(to: ann) == ["0/0..<1"])
  #expect(court.answer(ann).applied == nil)
  #expect(court.leased(to: ann) == [])
  #expect(court.leased(to: bob) == ["0/0..<1"])
  #expect(court.answer(bob).applied?.values == [1])
  #expect(court.coordinator.counters.audited == 1)
}

@Test func whoIsAloneInWhatItSaysIsStruckOff() {
  var court = Court(batch: 1)
  court.join(ann, bob, cyd)
  court.answer(ann)
  court.answer(bob, plus: 1)
  let actions = court.answer(cyd)
  #expect(actions.expelled == [bob])
  #expect(actions.applied?.values == [1])
  #expect(court.coordinator.workers == [ann, cyd])
  let conviction = Conviction(
    worker: bob, round: 0, range: TaskRange(batch: 1), against: [ann, cyd],
    earlier: Participation())
  #expect(actions.notices == [.struckOff(conviction)])

  // It is told again, whatever it says, and let in no more.
  #expect(court.hear(.hello(capacity: 1), from: bob) == [.expel(bob)])
  #expect(court.hear(.ping(round: 0, leases: []), from: bob) == [.expel(bob)])
  #expect(court.coordinator.workers == [ann, cyd])
}

/// The two zeros are equal numbers, and other bits.
@Test func bitsAreComparedNotNumbers() {
  var court = Court(batch: 1)
  court.join(ann, bob)
  court.answer(ann, plus: -1)
  guard let lease = court.coordinator.leases(of: bob).first else {
    Issue.record("nothing was lent")
    return
  }
  let sum = TaskSum(range: lease.range, values: [-0.0])
  court.hear(.computed(leases: [lease.id], sum: sum, elapsed: .zero), from: bob)
  #expect(court.coordinator.phase == .gathering)
  #expect(court.coordinator.counters.audited == 0)
}

/// Ranges of a liar that were not audited are joined already when it is found out.
@Test func aLiarsRoundBeginsAgainWithoutIt() throws {
  let audit = try #require(
    (0..<999).lazy.map { Audit(share: 0.4, seed: $0, wait: .seconds(10)) }.first {
      $0.chooses(TaskRange(lower: 0, upper: 1), of: 0)
        && !$0.chooses(TaskRange(lower: 1, upper: 2), of: 0)
        && !$0.chooses(TaskRange(lower: 2, upper: 3), of: 0)
    })
  var court = Court(batch: 3)
  court.coordinator = Coordinator(
    rules: Coordinator.Rules(
      rounds: Rounds(steps: 1, batch: 3), patience: .seconds(60), hurry: .seconds(60),
      mostTasks: 1, roundsAhead: 0, audit: audit),
    epoch: epoch, round: 0, at: court.now)
  court.join(ann, bob, cyd)
  let workers = [ann, bob, cyd]
  for _ in 0..<20 where court.coordinator.phase == .gathering {
    for worker in workers { court.answer(worker, plus: worker == ann ? 0.5 : 0) }
  }
  #expect(court.actions.expelled == [ann])
  #expect(court.actions.notices.contains(.restarted(round: 0, because: ann)))
  #expect(court.coordinator.counters.restarted == 1)
  #expect(court.actions.applied?.values == [3])
}

@Test func aSingleWorkerIsBelievedAfterAWhile() {
  var court = Court(batch: 1)
  court.join(ann)
  #expect(court.answer(ann).applied == nil)
  #expect(court.tick(at: 9).applied == nil)
  let actions = court.tick(at: 11)
  #expect(actions.applied?.values == [1])
  #expect(actions.notices == [.unaudited(round: 0, range: TaskRange(batch: 1))])

  // From then on it is believed at once, and nothing is said.
  _ = court.coordinator.handle(.applied(round: 0), at: court.now)
  let next = court.answer(ann)
  #expect(next.applied?.values == [1])
  #expect(next.notices == [])
}

@Test func twoWhoDisagreeWaitForAThirdAndNotForEver() {
  var court = Court(batch: 1)
  court.join(ann, bob)
  court.answer(ann)
  let range = TaskRange(batch: 1)
  #expect(
    court.answer(bob, plus: 1).notices == [
      .undecided(round: 0, range: range, workers: [ann, bob])
    ])
  var other = court
  #expect(court.tick(at: 9).isEmpty)
  #expect(court.tick(at: 11).contains(.dismiss(ann)))
  let failure = Coordinator.Failure.disagreement(round: 0, range: range, workers: [ann, bob])
  #expect(court.coordinator.phase == .stopped(failure))

  other.tick(at: 9)
  other.join(cyd)
  #expect(other.answer(cyd, plus: 1).expelled == [ann])
}

@Test func threeWhoDisagreeNeedAFourth() {
  var court = Court(batch: 1)
  court.join(ann, bob, cyd, dan)
  court.answer(ann, plus: 1)
  court.answer(bob, plus: 2)
  court.answer(cyd)
  let actions = court.answer(dan)
  #expect(actions.expelled == [ann, bob])
  #expect(actions.applied?.values == [1])
}

@Test func whoAloneCallsASumNotFiniteIsStruckOff() throws {
  var court = Court(batch: 1)
  court.join(ann, bob, cyd)
  let lease = try #require(court.coordinator.leases(of: ann).first)
  court.hear(.notFinite(lease: lease.id), from: ann)
  court.answer(bob)
  #expect(court.answer(cyd).expelled == [ann])
}

@Test func asManyRangesAreAuditedAsAskedForAndAlwaysTheSame() {
  let audit = Audit(share: 0.1, seed: 5, wait: .seconds(1))
  let chosen = (0..<10_000).filter { audit.chooses(TaskRange(lower: 0, upper: 4), of: $0) }
  #expect((900...1100).contains(chosen.count))
  #expect(chosen == (0..<10_000).filter { audit.chooses(TaskRange(lower: 0, upper: 4), of: $0) })
  #expect(
    !(0..<999).contains {
      Audit(share: 0, seed: 1, wait: .zero).chooses(TaskRange(batch: 1), of: $0)
    })
}

@Test func participationIsKeptInSpans() {
  var part = Participation()
  for round in [0, 1, 2, 5, 7, 8] { part.note(round) }
  #expect(part.spans == [0...2, 5...5, 7...8])
  for round in stride(from: 10, to: 1000, by: 2) { part.note(round) }
  #expect(part.spans.count == 16)
  #expect(part.spans.first?.lowerBound == 0)
  #expect(part.spans.last == 998...998)
}
