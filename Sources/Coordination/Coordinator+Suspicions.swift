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
}
