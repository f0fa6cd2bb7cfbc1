extension Coordinator {
  mutating func keep(
    _ sum: TaskSum, of leases: [Lease.ID], from worker: WorkerID, elapsed: Duration, at now: Moment
  ) {
    let claims = leases.compactMap { take($0, from: worker) }
    guard let first = claims.first else {
      counters.dropped += 1
      return
    }
    guard claims.count == leases.count, claims.map(\.lease.range).make(sum.range),
      sum.range.isNode(ofBatch: rules.rounds.tasks(in: round))
    else {
      counters.dropped += 1
      return claims.forEach { reopen($0, from: worker) }
    }
    // No computation lasts longer than its lease.
    let elapsed = min(elapsed, (now - first.granted) * claims.count)
    computed += elapsed
    pace.observe(elapsed, tasks: sum.range.count)
    if let index = index(of: worker) {
      members[index].isProven = true
      notePace(of: index, elapsed, tasks: sum.range.count, since: begin(of: first), at: now)
    }
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
