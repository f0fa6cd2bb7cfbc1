extension Coordinator {
  /// What a worker says that a range comes to.
  enum Answer: Equatable, Sendable {
    case sum(TaskSum)
    case notFinite

    /// Bit for bit, so that the two zeros differ.
    func agrees(with other: Answer) -> Bool {
      switch (self, other) {
      case (.notFinite, .notFinite): true
      case (.sum(let a), .sum(let b)):
        a.range == b.range && a.added == b.added
          && a.values.elementsEqual(b.values) { $0.bitPattern == $1.bitPattern }
      case (.sum, .notFinite), (.notFinite, .sum): false
      }
    }
  }

  struct Testimony: Equatable, Sendable {
    var worker: WorkerID
    var answer: Answer
  }

  /// A range of this round on which two workers have to agree.
  struct Case: Equatable, Sendable {
    var range: TaskRange
    /// In the order they came, one of each worker, no two alike.
    var testimonies: [Testimony] = []
    /// Since when nobody is left to ask.
    var stuck: Moment?

    var witnesses: [WorkerID] { testimonies.map(\.worker) }
  }

  func isAudited(_ range: TaskRange, of round: Int) -> Bool {
    rules.audit?.chooses(range, of: round) ?? false
  }

  /// Whether what came as one answer to these leases is audited; a relay may have joined some that are.
  func isAudited(_ range: TaskRange, asPartOf claims: [Claim]) -> Bool {
    guard rules.audit != nil else { return false }
    // What is more than a message holds cannot be asked of anyone else.
    return range.count <= rules.mostTasks
      && (`case`(of: range) != nil || claims.contains { isAudited($0.lease.range, of: round) })
  }

  /// Whether a worker has had its say on a range, or is about to.
  func isBarred(_ member: Member, from range: TaskRange, of round: Int) -> Bool {
    guard rules.audit != nil else { return false }
    if round == self.round, let known = `case`(of: range), known.witnesses.contains(member.id) {
      return true
    }
    return isAudited(range, of: round)
      && member.claims.contains { $0.lease.round == round && $0.lease.range == range }
  }

  /// Whether a range was computed already and is only to be computed again.
  func isReviewed(_ work: Work) -> Bool {
    work.round == round && `case`(of: work.range) != nil
      || members.contains { isBarred($0, from: work.range, of: work.round) }
  }

  func `case`(of range: TaskRange) -> Case? { cases.first { $0.range == range } }

  /// Takes in what a worker says of a range that is audited.
  mutating func testify(_ answer: Answer, on range: TaskRange, _ worker: WorkerID) {
    if `case`(of: range) == nil { cases.append(Case(range: range)) }
    for index in cases.indices where cases[index].range == range {
      if cases[index].witnesses.contains(worker) {
        counters.dropped += 1
      } else {
        cases[index].testimonies.append(Testimony(worker: worker, answer: answer))
      }
    }
  }

  /// Opens the second lease of a range beside the first, so that nobody waits for it in the end.
  mutating func openReview(of work: Work, besides worker: WorkerID) {
    guard work.attempt == 1, members.count > 1, isAudited(work.range, of: work.round) else {
      return
    }
    let place = open.firstIndex { $0.round >= work.round } ?? open.endIndex
    open.insert(
      Work(round: work.round, range: work.range, attempt: 2, tried: [worker]), at: place)
  }

  /// Decides what can be decided, and sees to it that someone is asked about the rest.
  mutating func settleCases(_ actions: inout [Action], at now: Moment) {
    guard rules.audit != nil else { return }
    if members.count(where: { $0.capacity > 0 }) > 1 { lastPair = now }
    for range in cases.map(\.range) where phase == .gathering {
      guard let index = cases.firstIndex(where: { $0.range == range }) else { continue }
      if sums.knows(range) {
        cases.remove(at: index)
      } else if let answer = cases[index].agreed {
        decide(cases.remove(at: index), answer, &actions)
      } else {
        advance(index, &actions, at: now)
      }
    }
  }

  private mutating func decide(_ case: Case, _ answer: Answer, _ actions: inout [Action]) {
    let (honest, liars) = `case`.testimonies.divided { $0.answer.agrees(with: answer) }
    counters.audited += 1
    for liar in liars {
      strikeOff(liar.worker, over: `case`.range, against: honest.map(\.worker), &actions)
    }
    switch answer {
    case .sum(let sum): honest.forEach { accept(sum, from: $0.worker) }
    case .notFinite: deny(`case`.range, attempt: honest.count, by: honest.map(\.worker))
    }
  }

  /// Has a further worker asked; where there is none, waits for one, and not for ever.
  private mutating func advance(_ index: Int, _ actions: inout [Action], at now: Moment) {
    let `case` = cases[index]
    if let wait = rules.audit?.wait, !isUnderWay(`case`) {
      guard !members.contains(where: { $0.capacity > 0 && !`case`.witnesses.contains($0.id) })
      else {
        cases[index].stuck = nil
        return reopen(`case`)
      }
      if `case`.testimonies.count > 1 {
        awaitJudge(index, for: wait, &actions, at: now)
      } else if now - lastPair > wait, let testimony = `case`.testimonies.first {
        cases.remove(at: index)
        believe(testimony, on: `case`.range, &actions)
      }
    }
  }

  private func isUnderWay(_ case: Case) -> Bool {
    open.contains { $0.round == round && $0.range == `case`.range }
      || members.contains { member in
        member.claims.contains { $0.lease.round == round && $0.lease.range == `case`.range }
      }
  }

  private mutating func reopen(_ case: Case) {
    let work = Work(
      round: round, range: `case`.range, attempt: `case`.testimonies.count + 1,
      tried: `case`.witnesses)
    open.insert(work, at: open.firstIndex { $0.round >= round } ?? open.endIndex)
  }

  private mutating func awaitJudge(
    _ index: Int, for wait: Duration, _ actions: inout [Action], at now: Moment
  ) {
    let (range, workers) = (cases[index].range, cases[index].witnesses)
    guard let since = cases[index].stuck else {
      cases[index].stuck = now
      return actions.append(.tell(.undecided(round: round, range: range, workers: workers)))
    }
    if now - since > wait {
      phase = .stopped(.disagreement(round: round, range: range, workers: workers))
    }
  }

  /// Goes by one worker's word, for want of a second.
  private mutating func believe(
    _ testimony: Testimony, on range: TaskRange, _ actions: inout [Action]
  ) {
    if counters.unaudited == 0 { actions.append(.tell(.unaudited(round: round, range: range))) }
    counters.unaudited += 1
    switch testimony.answer {
    case .sum(let sum): accept(sum, from: testimony.worker)
    case .notFinite: deny(range, attempt: 1, by: [testimony.worker])
    }
  }
}

extension Coordinator.Case {
  /// What two workers say alike.
  fileprivate var agreed: Coordinator.Answer? {
    guard let last = testimonies.last else { return nil }
    return testimonies.dropLast().contains { $0.answer.agrees(with: last.answer) }
      ? last.answer : nil
  }
}

extension Array {
  fileprivate func divided(_ belongs: (Element) -> Bool) -> ([Element], [Element]) {
    (filter(belongs), filter { !belongs($0) })
  }
}
