// MARK: - What the coordinator says

extension Relay {
  mutating func hear(_ message: Message, of epoch: UInt32, at now: Moment) -> [Action] {
    switch message {
    case .welcome where mayEnter(epoch): return begin(epoch)
    case .unknown: liaison.seek(at: now)
    case .refused(let text): liaison.end(.refused(text))
    case .parameters(let round) where liaison.isServing(epoch): return adopt(round, at: now)
    case .lease(let lease, let batch): return take(lease, batch, of: epoch, at: now)
    case .dismissed where epoch == self.epoch: liaison.end(.dismissed)
    case .welcome, .parameters, .pong, .dismissed: break
    }
    return []
  }

  /// Whatever was lent before is void, above and below.
  private mutating func begin(_ epoch: UInt32) -> [Action] {
    liaison.serve(epoch)
    round = nil
    for index in children.indices { children[index].informed = nil }
    return forgetAll() + children.map { .welcome($0.id) }
  }

  private mutating func adopt(_ round: Int, at now: Moment) -> [Action] {
    guard round > self.round ?? -1 else { return [] }
    (self.round, roundBegan) = (round, now)
    let stale = loans.filter { $0.lease.round < round }
    loans.removeAll { $0.lease.round < round }
    finished.removeAll { $0.round < round }
    return [.adopt(round: round)] + stale.map { .forget($0.lease.id) }
  }

  /// Keeps a lease until it is answered. One that comes twice is kept once.
  private mutating func take(
    _ lease: Lease, _ batch: Int, of epoch: UInt32, at now: Moment
  ) -> [Action] {
    guard !loans.contains(where: { $0.lease.id == lease.id }) else { return [] }
    guard liaison.isServing(epoch), lease.round >= round ?? 0, loans.count < mostLoans,
      lease.range.isNode(ofBatch: batch), !isFinished(lease.id)
    else { return [.forget(lease.id)] }
    loans.append(Loan(lease: lease, batch: batch, holder: nil, granted: now))
    return []
  }

  private func isFinished(_ lease: Lease.ID) -> Bool {
    finished.contains { $0.leases.contains { $0.id == lease } }
  }

  /// A coordinator lends twice what is computed at once, and again what it believes lost.
  private var mostLoans: Int { 4 * max(1, capacity) }
}

// MARK: - What it gets for an answer

extension Relay {
  /// Keeps a sum, joined with all neighbours that are there.
  mutating func keep(_ new: Finished) {
    var new = new
    while let place = finished.firstIndex(where: { new.isHalf(with: $0) }) {
      let whole = new.joined(with: finished[place])
      // What overflows is left to the coordinator, who has to say what it means.
      guard whole.sum.values.allSatisfy(\.isFinite) else { break }
      finished.remove(at: place)
      new = whole
    }
    finished.append(new)
  }

  /// Sends up what has nothing to wait for, or waited long enough.
  mutating func answer(_ actions: inout [Action], at now: Moment) {
    let ready = finished.filter { now >= $0.due || !mayGrow($0) }
    guard !ready.isEmpty else { return }
    finished.removeAll { ready.contains($0) }
    counters.answers += ready.count
    actions += ready.map { .answer($0.leases, $0.sum, elapsed: $0.elapsed) }
  }

  /// Whether all tasks of the other half are here, in whatever pieces.
  private func mayGrow(_ sum: Finished) -> Bool {
    guard let sibling = sum.sum.range.sibling(inBatch: sum.batch) else { return false }
    let lent = loans.filter { $0.lease.round == sum.round }.map(\.lease.range)
    let known = finished.filter { $0.round == sum.round }.map(\.sum.range)
    let tasks = (lent + known).filter(sibling.contains).reduce(0) { $0 + $1.count }
    return tasks >= sibling.count
  }
}

extension Relay.Finished {
  func isHalf(with other: Relay.Finished) -> Bool {
    round == other.round && batch == other.batch
      && sum.range.sibling(inBatch: batch) == other.sum.range
      && (sum.isLeftSibling(of: other.sum) || other.sum.isLeftSibling(of: sum))
  }

  func joined(with other: Relay.Finished) -> Relay.Finished {
    let isLeft = sum.range.lower < other.sum.range.lower
    let (left, right) = isLeft ? (sum, other.sum) : (other.sum, sum)
    return Relay.Finished(
      leases: leases + other.leases, batch: batch, sum: left.joined(with: right),
      elapsed: elapsed + other.elapsed, due: min(due, other.due))
  }
}
