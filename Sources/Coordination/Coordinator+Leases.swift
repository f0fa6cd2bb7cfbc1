// MARK: - Lending

extension Coordinator {
  /// Lends what is open: as many leases as a worker has threads to everyone, then as many again.
  /// This step's come first; the next step's are sent ahead, so that only parameters are waited for.
  mutating func lend(_ actions: inout [Action], at now: Moment) {
    guard !members.isEmpty else { return }
    cut()
    for round in 1...2 {
      for index in members.indices where !members[index].isOverdue {
        while members[index].claims.count < round * members[index].capacity {
          guard let work = nextOpen() else { return }
          actions.append(lend(work, to: index, at: now))
        }
      }
    }
  }

  /// Cuts this step and the next into ranges, once there is someone to compute them.
  private mutating func cut() {
    while uncut < min(step + 2, rules.steps) {
      let ranges = TaskRange(batch: rules.batch).nodes(ofAtMost: tasksPerLease)
      open += ranges.map { Work(step: uncut, range: $0, attempt: 1) }
      uncut += 1
    }
  }

  /// Enough leases for every thread, and smaller ones where tasks are long.
  private var tasksPerLease: Int {
    let threads = members.reduce(0) { $0 + $1.capacity }
    let even = (rules.batch + threads - 1) / threads
    guard let task = pace.task, task > .zero else { return even }
    return max(1, Int(min(rules.leaseTime / task, Double(even))))
  }

  /// The first open work whose answer has not come from elsewhere meanwhile.
  private mutating func nextOpen() -> Work? {
    while let work = open.first {
      open.removeFirst()
      if work.step > step || !sums.knows(work.range) { return work }
    }
    return nil
  }

  private mutating func lend(_ work: Work, to index: Int, at now: Moment) -> Action {
    let lease = Lease(id: nextLease, step: work.step, range: work.range)
    nextLease += 1
    members[index].claims.append(Claim(lease: lease, attempt: work.attempt, granted: now))
    if work.attempt > 1 { counters.repeated += 1 }
    return .lease(lease, attempt: work.attempt, to: members[index].id)
  }

  /// Near the end of a step, who has nothing to do for it gets what others are late with. The first
  /// answer counts; both would be equal.
  mutating func hurryUp(at now: Moment) -> [Action] {
    guard phase == .gathering, open.first?.step != step else { return [] }
    var actions: [Action] = []
    for index in members.indices {
      for place in members[index].claims.indices where isLate(place, of: members[index], at: now) {
        guard let helper = helper(besides: index) else { return actions }
        members[index].claims[place].isDoubled = true
        members[index].isOverdue = true
        let claim = members[index].claims[place]
        let work = Work(step: step, range: claim.lease.range, attempt: claim.attempt + 1)
        actions.append(lend(work, to: helper, at: now))
      }
    }
    return actions
  }

  private func isLate(_ place: Int, of member: Member, at now: Moment) -> Bool {
    let claim = member.claims[place]
    guard claim.lease.step == step, !claim.isDoubled else { return false }
    let tasks = member.claims.reduce(0) { $0 + ($1.lease.step == step ? $1.lease.range.count : 0) }
    let expected = (pace.task ?? rules.limit / 8) * tasks
    return now - begin(of: claim) > max(rules.hurry, expected * 4)
  }

  /// A worker with a thread free for this step.
  private func helper(besides index: Int) -> Int? {
    members.indices.first { other in
      let member = members[other]
      return other != index && !member.isOverdue
        && member.claims.count { $0.lease.step == step } < member.capacity
    }
  }
}

// MARK: - Answers

extension Coordinator {
  mutating func keep(
    _ sum: TaskSum, of lease: Lease.ID, from worker: WorkerID, elapsed: Duration
  ) {
    guard let claim = take(lease, from: worker) else {
      counters.dropped += 1
      return
    }
    guard claim.lease.range == sum.range else {
      counters.dropped += 1
      return reopen(claim)
    }
    pace.observe(elapsed, tasks: sum.range.count)
    if sums.insert(sum) { counters.sums += 1 } else { counters.dropped += 1 }
  }

  /// A range that does not add up to finite numbers is computed again in halves, elsewhere if there
  /// is an elsewhere, until it is one task that is to blame and no worker.
  mutating func refuse(_ lease: Lease.ID, from worker: WorkerID) {
    guard let claim = take(lease, from: worker) else {
      counters.dropped += 1
      return
    }
    counters.notFinite += 1
    guard !sums.knows(claim.lease.range) else { return }
    let task = claim.lease.range.lower
    if claim.lease.range.count == 1 {
      suspicions.notFinite[task, default: 0] += 1
      if suspicions.notFinite[task] == rules.strikes {
        phase = .stopped(.notFinite(step: step, task: task))
      }
    }
    reopen(claim, inHalves: true)
  }

  /// Takes a lease of this step back from the worker that has it.
  private mutating func take(_ lease: Lease.ID, from worker: WorkerID) -> Claim? {
    guard
      phase == .gathering, let index = index(of: worker),
      let place = members[index].claims.firstIndex(where: { $0.lease.id == lease }),
      members[index].claims[place].lease.step == step
    else { return nil }
    return members[index].claims.remove(at: place)
  }
}

// MARK: - Coming back

extension Coordinator {
  /// A worker died over this lease. It is handed out in halves, so that a task that kills whoever
  /// computes it is cornered in a few deaths.
  mutating func blame(_ claim: Claim, on worker: WorkerID) {
    guard !sums.knows(claim.lease.range) else { return }
    if claim.lease.range.count == 1 {
      let task = claim.lease.range.lower
      let dead = suspicions.deaths[task, default: []] + [worker]
      suspicions.deaths[task] = dead
      if dead.count == rules.strikes {
        phase = .stopped(.poisonedTask(step: step, task: task, workers: dead))
      }
    }
    reopen(claim, inHalves: true)
  }

  mutating func reopen(_ claim: Claim, inHalves: Bool = false) {
    guard isNeeded(claim.lease) else { return }
    let range = claim.lease.range
    let ranges = inHalves ? range.halves.map { [$0.left, $0.right] } ?? [range] : [range]
    let work = ranges.map {
      Work(step: claim.lease.step, range: $0, attempt: claim.attempt + 1)
    }
    let place = open.firstIndex { $0.step >= claim.lease.step } ?? open.endIndex
    open.insert(contentsOf: work, at: place)
  }

  /// Whether the answer to a lease that is no more must come from a new one.
  private func isNeeded(_ lease: Lease) -> Bool {
    guard lease.step == step else { return lease.step > step }
    return phase == .gathering && !sums.knows(lease.range) && !isLent(lease.range)
  }

  private func isLent(_ range: TaskRange) -> Bool {
    members.contains { member in
      member.claims.contains { $0.lease.step == step && $0.lease.range.contains(range) }
    }
  }
}

// MARK: - Invariants

extension Coordinator {
  /// Checked after every event in tests and simulations.
  var invariantsHold: Bool {
    let claims = members.flatMap(\.claims)
    return Set(members.map(\.id)).count == members.count
      && Set(claims.map(\.lease.id)).count == claims.count
      && claims.allSatisfy { (step...step + 1).contains($0.lease.step) }
      && zip(open, open.dropFirst()).allSatisfy { $0.step <= $1.step }
      && (phase != .gathering || uncut <= step || nothingIsForgotten)
  }

  /// Every task of this step is known, open, or lent.
  private var nothingIsForgotten: Bool {
    let ranges =
      open.filter { $0.step == step }.map(\.range)
      + members.flatMap(\.claims).filter { $0.lease.step == step }.map(\.lease.range)
    return (0..<rules.batch).allSatisfy { task in
      sums.knows(TaskRange(lower: task, upper: task + 1))
        || ranges.contains { $0.indices.contains(task) }
    }
  }
}
