// MARK: - Lending

extension Coordinator {
  /// Lends what is open: as many leases as a worker has threads to everyone, then as many again.
  /// This round's come first; the next round's are sent ahead where they can be, so that only parameters
  /// are waited for.
  mutating func lend(_ actions: inout [Action], at now: Moment) {
    guard !members.isEmpty else { return }
    cut()
    for helping in 1...2 where !open.isEmpty {
      for index in members.indices where !members[index].isOverdue {
        if members[index].isRelay { lendNodes(to: index, helping, &actions, at: now) }
        while let work = nextOpen(for: members[index], helping) {
          actions.append(lend(work, to: index, at: now))
        }
      }
    }
  }

  /// Cuts this round and the next into ranges, once there is someone to compute them.
  private mutating func cut() {
    while uncut < min(round + 1 + roundsAhead, rules.rounds.count) {
      open += ranges(of: uncut).map { Work(round: uncut, range: $0, attempt: 1) }
      uncut += 1
    }
  }

  /// What a round is cut into, by who is there to compute it.
  func ranges(of round: Int) -> [TaskRange] {
    let tasks = rules.rounds.tasks(in: round)
    return TaskRange(batch: tasks).nodes(ofAtMost: tasksPerLease(of: tasks))
  }

  /// None where there will be no next round.
  private var roundsAhead: Int { endsBy == nil ? rules.roundsAhead : 0 }

  /// Enough leases for every thread, and smaller ones where tasks are long.
  private func tasksPerLease(of tasks: Int) -> Int {
    let threads = max(1, capacity)
    let even = min((tasks + threads - 1) / threads, rules.mostTasks)
    guard let task = pace.task, task > .zero else { return even }
    return max(1, Int(min(rules.leaseTime / task, Double(even))))
  }

  /// The first open work for a worker whose answer has not come from elsewhere meanwhile.
  private mutating func nextOpen(for member: Member, _ helping: Int) -> Work? {
    var place = open.startIndex
    while place < open.endIndex, hasRoom(member, for: open[place], helping) {
      let work = open[place]
      if work.round == round, sums.knows(work.range) {
        open.remove(at: place)
      } else if isBest(member, for: work), !member.isRelay || work.attempt > 1 {
        return open.remove(at: place)
      } else {
        place += 1
      }
    }
    return nil
  }

  /// What was sent ahead takes no room from this round's work, which it waits for. Later rounds' work
  /// stands behind this round's, so where there is no room for one there is none for the rest.
  private func hasRoom(_ member: Member, for work: Work, _ helping: Int) -> Bool {
    room(of: member, for: work.round, helping) > 0
  }

  func room(of member: Member, for round: Int, _ helping: Int) -> Int {
    let held =
      round == self.round
      ? member.claims.count { $0.lease.round == round } : member.claims.count
    return helping * member.capacity - held
  }

  /// What came back goes to someone who has not had it, if there is anyone with room: whoever
  /// answers wrongly or not at all keeps no task from the others. What came back several times
  /// waits for such a one to have room, or those who have had it could keep it among themselves.
  func isBest(_ member: Member, for work: Work) -> Bool {
    guard mayHave(member, work.range, of: work.round) else { return false }
    if work.tried.isEmpty || suits(member, work) { return true }
    let mayWait = work.tried.count >= rules.strikes
    return !members.contains {
      !$0.isOverdue && $0.capacity > 0 && (mayWait || hasRoom($0, for: work, 2)) && suits($0, work)
        && !isBarred($0, from: work.range, of: work.round)
    }
  }

  /// Whether a worker may be lent a range beside what it has. A task that others died over is computed by
  /// itself, so that no other is held to be what they died of.
  private func mayHave(_ member: Member, _ range: TaskRange, of round: Int) -> Bool {
    guard !isBarred(member, from: range, of: round) else { return false }
    guard round == self.round, !suspicions.suspects.isEmpty else { return true }
    let held = member.claims.lazy.filter { $0.lease.round == round }
    return isSuspect(range) ? held.isEmpty : !held.contains { isSuspect($0.lease.range) }
  }

  private func isSuspect(_ range: TaskRange) -> Bool {
    range.count == 1 && suspicions.suspects.contains(range.lower)
  }

  private func suits(_ member: Member, _ work: Work) -> Bool {
    let deaths = work.range.count == 1 ? suspicions.deaths[work.range.lower]?.count ?? 0 : 0
    return !work.tried.contains(member.id) && (member.isProven || deaths < rules.strikes)
  }

  mutating func lend(_ work: Work, to index: Int, at now: Moment) -> Action {
    let lease = Lease(id: nextLease, round: work.round, range: work.range)
    nextLease += 1
    members[index].claims.append(
      Claim(lease: lease, attempt: work.attempt, granted: now, tried: work.tried))
    if work.attempt > 1 { counters.repeated += 1 }
    openReview(of: work, besides: members[index].id)
    return .lease(lease, attempt: work.attempt, to: members[index].id)
  }

  /// Near the end of a round, who has nothing to do for it gets what others are late with. The first
  /// answer counts; both would be equal.
  mutating func hurryUp(at now: Moment) -> [Action] {
    guard phase == .gathering, !isWorkOpen else { return [] }
    var actions: [Action] = []
    for index in members.indices {
      for place in members[index].claims.indices where isLate(place, of: members[index], at: now) {
        let range = members[index].claims[place].lease.range
        guard let helper = helper(besides: index, for: range) else { continue }
        members[index].claims[place].isDoubled = true
        members[index].isOverdue = true
        let claim = members[index].claims[place]
        let work = Work(
          round: round, range: claim.lease.range, attempt: claim.attempt + 1,
          tried: claim.tried + [members[index].id])
        actions.append(lend(work, to: helper, at: now))
      }
    }
    return actions
  }

  /// Whether there is work of this round that nobody has yet, but for what is only computed again.
  private var isWorkOpen: Bool {
    guard rules.audit != nil else { return open.first?.round == round }
    return open.contains { $0.round == round && !isReviewed($0) }
  }

  private func isLate(_ place: Int, of member: Member, at now: Moment) -> Bool {
    let claim = member.claims[place]
    guard claim.lease.round == round, !claim.isDoubled else { return false }
    let tasks = member.claims.reduce(0) {
      $0 + ($1.lease.round == round ? $1.lease.range.count : 0)
    }
    let expected = (pace.task ?? rules.limit / 8) * tasks / max(1, member.capacity)
    // Where messages take longer than tasks, the time of a whole turn is what to go by.
    return now - begin(of: claim) > max(rules.hurry, expected * 4, pace.slowest * 2)
  }

  /// A worker with a thread free for this round.
  private func helper(besides index: Int, for range: TaskRange) -> Int? {
    members.indices.first { other in
      let member = members[other]
      return other != index && !member.isOverdue
        && mayHave(member, range, of: round)
        && member.claims.count { $0.lease.round == round } < member.capacity
    }
  }
}

// MARK: - Answers

extension Coordinator {
  mutating func keep(
    _ sum: TaskSum, of leases: [Lease.ID], from worker: WorkerID, elapsed: Duration, at now: Moment
  ) {
    let claims = leases.compactMap { take($0, from: worker) }
    guard let first = claims.first else {
      counters.dropped += 1
      return
    }
    guard claims.count == leases.count, claims.map(\.lease.range).make(sum.range) else {
      counters.dropped += 1
      return claims.forEach { reopen($0, from: worker) }
    }
    if let index = index(of: worker) { members[index].isProven = true }
    // No computation lasts longer than its lease.
    pace.observe(
      min(elapsed, (now - first.granted) * claims.count), tasks: sum.range.count)
    // Who was late is not what others are measured by.
    if !first.isDoubled { pace.observe(turn: now - begin(of: first)) }
    guard !sums.knows(sum.range), isAudited(sum.range, asPartOf: claims) else {
      return accept(sum, from: worker)
    }
    testify(.sum(sum), on: sum.range, worker)
  }

  /// Joins a sum to what is known, unless it is known already.
  mutating func accept(_ sum: TaskSum, from worker: WorkerID) {
    contributors.insert(worker)
    if sums.insert(sum) { counters.sums += 1 } else { counters.dropped += 1 }
  }

  /// A range that does not add up to finite numbers is computed again in halves, elsewhere if there
  /// is an elsewhere, until several workers say it of one task, or all there are.
  mutating func refuse(_ lease: Lease.ID, from worker: WorkerID) {
    guard let claim = take(lease, from: worker) else {
      counters.dropped += 1
      return
    }
    counters.notFinite += 1
    let range = claim.lease.range
    guard !sums.knows(range) else { return }
    if isAudited(range, of: round) { return testify(.notFinite, on: range, worker) }
    deny(range, attempt: claim.attempt, by: claim.tried + [worker], witness: [worker])
  }

  /// Has a range computed again in halves, for it does not add up to finite numbers.
  ///
  /// - Parameters:
  ///   - tried: who had it.
  ///   - said: who says so; all of them, if nothing else is given.
  mutating func deny(
    _ range: TaskRange, attempt: Int, by tried: [WorkerID], witness said: [WorkerID]? = nil
  ) {
    if range.count == 1 {
      let task = range.lower
      let witnesses = suspicions.notFinite[task, default: []] + (said ?? tried)
      suspicions.notFinite[task] = witnesses
      if witnesses.count >= rules.strikes,
        Set(witnesses).count >= min(rules.strikes, members.count)
      {
        return giveUp(task)
      }
    }
    guard isNeeded(range) else { return }
    reopen(range, of: round, attempt: attempt, tried: tried, inHalves: true)
  }

  /// Nobody gets finite numbers for this task of the round.
  private mutating func giveUp(_ task: Int) {
    guard rules.nonFinite == .skip, case .training = rules.rounds.kind(of: round) else {
      phase = .stopped(.notFinite(round: round, task: task))
      return
    }
    if sums.insert(TaskSum(skipping: task)) { counters.skipped += 1 }
  }

  /// A relay lost the worker that was computing a lease.
  mutating func mourn(_ lease: Lease.ID, from relay: WorkerID) {
    guard let claim = take(lease, from: relay), let index = index(of: relay) else {
      counters.dropped += 1
      return
    }
    let others = members[index].claims.contains { $0.lease.round == round }
    blame(claim, on: members[index], isAlone: !others, .itDied)
  }

  /// Takes a lease of this round back from the worker that has it.
  private mutating func take(_ lease: Lease.ID, from worker: WorkerID) -> Claim? {
    guard
      phase == .gathering, let index = index(of: worker),
      let place = members[index].claims.firstIndex(where: { $0.lease.id == lease }),
      members[index].claims[place].lease.round == round
    else { return nil }
    return members[index].claims.remove(at: place)
  }
}

// MARK: - Coming back

extension Coordinator {
  /// A worker died over this lease. It is handed out in halves, so that a task that kills whoever
  /// computes it is cornered in a few deaths.
  ///
  /// Some workers die of themselves, or only come to vanish. So the verdict over a task is left to
  /// those that have answered before, as long as there are any.
  ///
  /// - Parameter isAlone: whether the worker computed nothing else.
  mutating func blame(
    _ claim: Claim, on member: Member, isAlone: Bool, _ departure: Departure
  ) {
    let range = claim.lease.range
    guard !sums.knows(range) else { return }
    // Whoever computed it survived it.
    if `case`(of: range) != nil { return reopen(claim, from: member.id) }
    guard range.count == 1 else { return reopen(claim, from: member.id, inHalves: true) }
    suspicions.suspects.insert(range.lower)
    if isAlone { accuse(range.lower, after: member, departure) }
    reopen(claim, from: member.id)
  }

  /// Whoever speaks did not die, however silent it was; a relay speaks on after the deaths it reports.
  mutating func acquit(_ worker: WorkerID) {
    let isRelay = index(of: worker).map { members[$0].isRelay } ?? false
    guard !suspicions.deaths.isEmpty, !isRelay else { return }
    suspicions.deaths = suspicions.deaths.mapValues { $0.filter { $0 != worker } }
    suspicions.certainDeaths = suspicions.certainDeaths.mapValues { $0.filter { $0 != worker } }
  }

  /// Some workers only fall silent because they are cut off. It takes several times as many of these.
  private mutating func accuse(_ task: Int, after member: Member, _ departure: Departure) {
    suspicions.deaths[task, default: []].append(member.id)
    if departure == .itDied { suspicions.certainDeaths[task, default: []].append(member.id) }
    let (all, certain) = (suspicions.deaths[task] ?? [], suspicions.certainDeaths[task] ?? [])
    guard certain.count >= rules.strikes || all.count >= rules.strikes * Self.silencesForADeath,
      member.isProven || !members.contains(where: \.isProven)
    else { return }
    phase = .stopped(
      .poisonedTask(
        round: round, task: task, workers: certain.count >= rules.strikes ? certain : all))
  }

  private static let silencesForADeath = 4

  mutating func reopen(_ claim: Claim, from worker: WorkerID, inHalves: Bool = false) {
    guard isNeeded(claim.lease) else { return }
    reopen(
      claim.lease.range, of: claim.lease.round, attempt: claim.attempt,
      tried: claim.tried + [worker], inHalves: inHalves)
  }

  private mutating func reopen(
    _ range: TaskRange, of round: Int, attempt: Int, tried: [WorkerID], inHalves: Bool
  ) {
    let ranges = inHalves ? range.halves.map { [$0.left, $0.right] } ?? [range] : [range]
    let work = ranges.map {
      Work(
        round: round, range: $0, attempt: attempt + 1, tried: tried.suffix(Self.longestMemory))
    }
    open.insert(contentsOf: work, at: open.firstIndex { $0.round >= round } ?? open.endIndex)
  }

  /// How many of those who had a range before are remembered.
  private static let longestMemory = 16

  /// Whether the answer to a lease that is no more must come from a new one.
  private func isNeeded(_ lease: Lease) -> Bool {
    lease.round == round ? isNeeded(lease.range) : lease.round > round
  }

  /// The same of a range of this round.
  func isNeeded(_ range: TaskRange) -> Bool {
    phase == .gathering && !sums.knows(range) && !isLent(range)
  }

  private func isLent(_ range: TaskRange) -> Bool {
    members.contains { member in
      member.claims.contains { $0.lease.round == round && $0.lease.range.contains(range) }
    }
  }
}

// MARK: - Invariants

extension Coordinator {
  /// Checked after every event in tests and simulations.
  var invariantsHold: Bool {
    let claims = members.flatMap(\.claims)
    return members.indices.allSatisfy { places[members[$0].id] == $0 }
      && places.count == members.count
      && Set(claims.map(\.lease.id)).count == claims.count
      && claims.allSatisfy { (round...round + 1).contains($0.lease.round) }
      && zip(open, open.dropFirst()).allSatisfy { $0.round <= $1.round }
      && (phase != .gathering || uncut <= round || nothingIsForgotten)
  }

  /// Every task of this round is known, open, or lent.
  private var nothingIsForgotten: Bool {
    let ranges =
      open.filter { $0.round == round }.map(\.range)
      + members.flatMap(\.claims).filter { $0.lease.round == round }.map(\.lease.range)
      + cases.map(\.range)
    return (0..<rules.rounds.tasks(in: round)).allSatisfy { task in
      sums.knows(TaskRange(lower: task, upper: task + 1))
        || ranges.contains { $0.indices.contains(task) }
    }
  }
}
