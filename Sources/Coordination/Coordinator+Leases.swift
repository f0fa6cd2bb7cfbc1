extension Coordinator {
  /// Lends what is open, and to each worker its share: as many leases as it has threads to everyone, then
  /// as many again; last of all to who has a thread free what others have in store.
  /// This round's come first; the next round's are sent ahead where they can be, so that only parameters
  /// are waited for.
  mutating func lend(_ actions: inout [Action], at now: Moment) {
    guard !members.isEmpty else { return }
    cut()
    guard !open.isEmpty || members.contains(where: { !$0.share.isEmpty }) else { return }
    for helping in 1...2 {
      for index in members.indices where !members[index].isOverdue {
        if members[index].isRelay { lendNodes(to: index, helping, &actions, at: now) }
        while let work = next(for: index, helping) {
          actions.append(lend(work, to: index, at: now))
        }
      }
    }
    evenOut(&actions, at: now)
  }

  /// Cuts this round and the next into ranges, once there is someone to compute them.
  private mutating func cut() {
    while uncut < min(round + 1 + roundsAhead, rules.rounds.count) {
      if !deal(uncut) {
        open += ranges(of: uncut).map { Work(round: uncut, range: $0, attempt: 1) }
      }
      uncut += 1
    }
  }

  /// What a round is cut into for whoever comes, by how many there are to compute it.
  func ranges(of round: Int) -> [TaskRange] {
    let tasks = rules.rounds.tasks(in: round)
    return TaskRange(batch: tasks).nodes(ofAtMost: tasksPerLease(of: tasks))
  }

  /// None where there will be no next round.
  private var roundsAhead: Int { endsBy == nil ? rules.roundsAhead : 0 }

  /// Enough leases for every thread, and smaller ones where tasks are long, or where some threads would
  /// have a lease more than others.
  private func tasksPerLease(of tasks: Int) -> Int {
    let even = min(tasks.divided(among: max(1, capacity)), rules.mostTasks)
    guard let task = pace.task, task > .zero else { return even }
    let longest = min(even, mostTasks(of: task))
    // Each level of the tree has twice as many nodes as the one above it.
    let levels = sequence(first: 1) { $0 < tasks ? 2 * $0 : nil }
    let cuts = levels.filter { tasks.divided(among: $0) <= longest }
    let best = cuts.min { time(of: tasks, task, in: $0) < time(of: tasks, task, in: $1) }
    return tasks.divided(among: best ?? tasks)
  }

  /// The most of a lease, where tasks are so long.
  func mostTasks(of task: Duration) -> Int {
    max(1, Int(min(rules.leaseTime / task, Double(rules.mostTasks))))
  }

  /// What a round takes about that is cut into so many leases: the tasks of the busiest thread, and the
  /// answers, which come one after the other.
  private func time(of tasks: Int, _ task: Duration, in leases: Int) -> Duration {
    let inTurn = leases.divided(among: max(1, capacity))
    return task * (inTurn * tasks.divided(among: leases)) + rules.answerTime * leases
  }

  /// The next work for a worker: this round's of its share, or open, then the next round's.
  private mutating func next(for index: Int, _ helping: Int) -> Work? {
    nextOfShare(of: index, helping, orLater: false) ?? nextOpen(for: members[index], helping)
      ?? nextOfShare(of: index, helping, orLater: true)
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
  func hasRoom(_ member: Member, for work: Work, _ helping: Int) -> Bool {
    room(of: member, for: work.round, helping) > 0
  }

  func room(of member: Member, for round: Int, _ helping: Int) -> Int {
    let held = member.claims.count { $0.lease.round == round }
    guard round > self.round else { return helping * member.capacity - held }
    // Whoever has the next round's beforehand should not have others' share of it.
    return min(helping * member.capacity - member.claims.count, member.capacity - held)
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

  /// Whether there is work of this round that anyone could have, but for what is only computed again.
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
