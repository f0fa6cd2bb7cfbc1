extension Coordinator {
  mutating func reopen(_ claim: Claim, from worker: WorkerID, inHalves: Bool = false) {
    guard isNeeded(claim.lease) else { return }
    reopen(
      claim.lease.range, of: claim.lease.round, attempt: claim.attempt,
      tried: claim.tried + [worker], inHalves: inHalves)
  }

  mutating func reopen(
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
      && members.allSatisfy { $0.share.allSatisfy { $0.round >= round } }
      && (phase != .gathering || uncut <= round || nothingIsForgotten)
  }

  /// Every task of this round is known, open, or lent.
  private var nothingIsForgotten: Bool {
    let ranges =
      (open + members.flatMap(\.share)).filter { $0.round == round }.map(\.range)
      + members.flatMap(\.claims).filter { $0.lease.round == round }.map(\.lease.range)
      + cases.map(\.range)
    return (0..<rules.rounds.tasks(in: round)).allSatisfy { task in
      sums.knows(TaskRange(lower: task, upper: task + 1))
        || ranges.contains { $0.indices.contains(task) }
    }
  }
}
