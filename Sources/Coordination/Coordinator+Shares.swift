extension Coordinator {
  /// Deals a round to the workers that are there, by how fast each has been, if that is known and of use.
  ///
  /// - Returns: whether it did.
  mutating func deal(_ round: Int) -> Bool {
    let tasks = rules.rounds.tasks(in: round)
    // Where each thread has one task at most, the first to come may be the first to have one; and relays
    // ask for whole nodes.
    guard (2...Self.mostDealtTo).contains(capacity), capacity < tasks,
      let usual = pace.task, usual > .zero, !members.contains(where: \.isRelay)
    else { return false }
    let threads = members.indices.flatMap { Array(repeating: $0, count: members[$0].capacity) }
    let paces = members.map { max($0.taskTime ?? usual, .nanoseconds(1)) / .seconds(1) }
    let shares = Shares(
      tasks: tasks, paces: threads.map { paces[$0] }, answerTime: rules.answerTime / .seconds(1),
      mostTasks: mostTasks(of: usual))
    // The rest of a share comes while its largest part is computed.
    for part in shares.parts().sorted(by: Shares.Part.isLarger) {
      members[threads[part.thread]].share.append(
        Work(round: round, range: part.range, attempt: 1))
    }
    return true
  }

  /// With more threads, dealing takes longer than it saves.
  private static let mostDealtTo = 256

  /// Whoever comes or goes makes shares void: what was not lent of them is anyone's.
  mutating func poolShares() {
    for index in members.indices where !members[index].share.isEmpty {
      for work in members[index].share {
        open.insert(work, at: open.firstIndex { $0.round > work.round } ?? open.endIndex)
      }
      members[index].share = []
    }
  }

  /// The next of a worker's own share, unless it is of a round that has time.
  mutating func nextOfShare(of index: Int, _ helping: Int, orLater: Bool) -> Work? {
    while let work = members[index].share.first, orLater || work.round == round,
      hasRoom(members[index], for: work, helping)
    {
      members[index].share.removeFirst()
      if !(work.round == round && sums.knows(work.range)) { return work }
    }
    return nil
  }

  /// Lends whoever has a thread free what others have in store for this round, from who has most, if that
  /// is likely to be done sooner then.
  mutating func evenOut(_ actions: inout [Action], at now: Moment) {
    for index in members.indices where !members[index].isOverdue && !members[index].isRelay {
      while room(of: members[index], for: round, 1) > 0 {
        guard let donor = fullest() else { return }
        let work = members[donor].share[0]
        guard isBest(members[index], for: work),
          members[donor].isOverdue
            || time(of: work.range.count, by: index) < time(of: owed(by: donor), by: donor)
        else { break }
        members[donor].share.removeFirst()
        actions.append(lend(work, to: index, at: now))
      }
    }
  }

  /// How long a worker takes in one thread, going by what is known.
  private func time(of tasks: Int, by index: Int) -> Duration {
    (members[index].taskTime ?? pace.task ?? .zero) * tasks
  }

  /// Tasks of this round that a thread of a worker has not answered, lent or in store.
  private func owed(by index: Int) -> Int {
    let ranges =
      members[index].claims.lazy.filter { $0.lease.round == round }.map(\.lease.range)
      + members[index].share.filter { $0.round == round }.map(\.range)
    return ranges.reduce(0) { $0 + $1.count }.divided(among: max(1, members[index].capacity))
  }

  /// Who has most of this round in store.
  private func fullest() -> Int? {
    let stores = members.lazy.map { member in
      member.share.reduce(0) { $0 + ($1.round == round ? $1.range.count : 0) }
    }
    guard let most = stores.max(), most > 0 else { return nil }
    return stores.firstIndex(of: most)
  }

  /// Notes how fast a worker computes a training task, in each of its threads.
  ///
  /// What happens once does not change much: who was stopped for a while is not slow for long. And who
  /// says that it is fast is believed if it has been half as fast in this round: what it has, others
  /// wait for.
  mutating func notePace(
    of index: Int, _ elapsed: Duration, tasks: Int, since begin: Moment, at now: Moment
  ) {
    guard case .training = rules.rounds.kind(of: round) else { return }
    var answered =
      members[index].answered.flatMap { $0.round == round ? $0 : nil }
      ?? Answered(round: round, since: begin)
    answered.tasks += tasks
    members[index].answered = answered
    let observed = max(elapsed / tasks, (now - answered.since) / (2 * answered.tasks))
    members[index].taskTime =
      members[index].taskTime.map { $0 * 0.9 + min(observed, $0 * 2) * 0.1 } ?? observed
  }

  /// Who gave nothing is taken to be as fast as others again, in the course of hundreds of rounds: it may
  /// have become so, and if it has not, finding out takes a slow round.
  mutating func forgetPaces() {
    guard case .training = rules.rounds.kind(of: round), let usual = pace.task else { return }
    for index in members.indices where !contributors.contains(members[index].id) {
      members[index].taskTime = members[index].taskTime.map { $0 * 0.999 + usual * 0.001 }
    }
  }
}

extension Shares.Part {
  fileprivate static func isLarger(_ a: Self, _ b: Self) -> Bool {
    (b.range.count, a.range.lower) < (a.range.count, b.range.lower)
  }
}
