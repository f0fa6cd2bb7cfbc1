extension Coordinator {
  /// Ends a worker's part in the run, and throws away all that it gave in this round.
  mutating func strikeOff(
    _ worker: WorkerID, over range: TaskRange, against witnesses: [WorkerID],
    _ actions: inout [Action]
  ) {
    let member = members.first { $0.id == worker }
    let conviction = Conviction(
      worker: worker, round: round, range: range, against: witnesses,
      earlier: member?.participation ?? Participation())
    struckOff.append(worker)
    counters.struckOff += 1
    remove(worker, because: .itLied)
    actions += [.tell(.struckOff(conviction)), .expel(worker)]
    forgetTestimonies(of: worker)
    if contributors.contains(worker) {
      restart()
      actions.append(.tell(.restarted(round: round, because: worker)))
    }
  }

  private mutating func forgetTestimonies(of worker: WorkerID) {
    for index in cases.indices { cases[index].testimonies.removeAll { $0.worker == worker } }
    let forgotten = cases.filter { $0.testimonies.isEmpty }.map(\.range)
    cases.removeAll { $0.testimonies.isEmpty }
    forgotten.forEach { cover($0) }
  }

  /// Begins the round again, but for what was not joined yet.
  private mutating func restart() {
    counters.restarted += 1
    poolShares()
    sums = SumTree(batch: max(1, rules.rounds.tasks(in: round)))
    contributors = []
    ranges(of: round).forEach { cover($0) }
  }

  /// Sees to it that a range of this round is computed by someone.
  private mutating func cover(_ range: TaskRange) {
    let isOpen = open.contains { $0.round == round && $0.range.contains(range) }
    let isArgued = cases.contains { $0.range.contains(range) }
    guard isNeeded(range), !isOpen, !isArgued else { return }
    open.insert(
      Work(round: round, range: range, attempt: 2),
      at: open.firstIndex { $0.round >= round } ?? open.endIndex)
  }

  /// Notes who had a part in the round that is complete.
  mutating func noteParticipation() {
    for index in members.indices where contributors.contains(members[index].id) {
      members[index].participation.note(round)
    }
    (contributors, cases) = ([], [])
  }
}
