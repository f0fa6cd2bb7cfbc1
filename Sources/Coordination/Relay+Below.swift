// MARK: - What workers say

extension Relay {
  func index(of child: WorkerID) -> Int? { children.firstIndex { $0.id == child } }

  mutating func hear(
    _ message: Coordinator.Message, from child: WorkerID, _ epoch: UInt32, at now: Moment
  ) -> [Action] {
    if case .hello(let capacity, let isRelay) = message {
      return join(child, capacity: capacity, isRelay: isRelay, at: now)
    }
    guard let index = index(of: child) else { return [.ask(child)] }
    children[index].lastHeard = now
    guard phase == .serving else { return message.isPing ? [.pong(child)] : [] }
    guard epoch == self.epoch else { return [.ask(child)] }
    return hear(message, from: index, at: now)
  }

  private mutating func hear(
    _ message: Coordinator.Message, from index: Int, at now: Moment
  ) -> [Action] {
    let child = children[index].id
    switch message {
    case .hello: break
    case .ping(let round, let leases, let capacity):
      children[index].capacity = capacity ?? children[index].capacity
      reconcile(index, round: round, leases: leases, at: now)
      return [.pong(child)]
    case .computed(let leases, let sum, let elapsed):
      return keep(sum, of: leases, from: child, elapsed: elapsed, at: now)
    case .notFinite(let lease):
      return take(lease, from: child).map { [.forget(lease), .notFinite($0.lease)] } ?? []
    case .died(let lease):
      return take(lease, from: child).map { [.forget(lease), .died($0.lease)] } ?? []
    case .goodbye: return remove(child, because: .itLeft)
    }
    return []
  }

  private mutating func join(
    _ id: WorkerID, capacity: Int, isRelay: Bool, at now: Moment
  ) -> [Action] {
    // Whoever introduces itself again has forgotten its leases.
    let forgotten = remove(id, because: .itLeft)
    children.append(
      Child(id: id, capacity: max(1, capacity), isRelay: isRelay, lastHeard: now))
    counters.joined += 1
    return forgotten + (phase == .serving ? [.welcome(id)] : [])
  }

  /// What a worker says it holds shows what was lost on the way to it, or from it.
  private mutating func reconcile(
    _ index: Int, round held: Int?, leases: [Lease.ID], at now: Moment
  ) {
    if held != round, now - roundBegan > delivery { children[index].informed = nil }
    for place in loans.indices
    where loans[place].holder == children[index].id && now - loans[place].granted > delivery
      && !leases.contains(loans[place].lease.id)
    {
      loans[place].holder = nil
    }
  }

  /// How long a message may be on its way before it counts as lost.
  private var delivery: Duration { rules.patience / 2 }

  /// The least time that a sum waits for its neighbour.
  private static let hurry = Duration.milliseconds(50)

  private mutating func keep(
    _ sum: TaskSum, of leases: [Lease.ID], from child: WorkerID, elapsed: Duration, at now: Moment
  ) -> [Action] {
    let taken = leases.compactMap { take($0, from: child) }
    guard let first = taken.first, taken.count == leases.count,
      taken.map(\.lease.range).make(sum.range), sum.range.isNode(ofBatch: first.batch),
      taken.allSatisfy({ $0.lease.round == first.lease.round })
    else {
      counters.dropped += 1
      loans += taken.map { Loan(lease: $0.lease, batch: $0.batch, holder: nil, granted: now) }
      return []
    }
    counters.sums += 1
    // As long again as it took, twice: its neighbours were lent when it was, or right behind it.
    let took = now - max(first.granted, roundBegan)
    keep(
      Finished(
        leases: taken.map(\.lease), batch: first.batch, sum: sum, elapsed: elapsed,
        due: now + max(took * 2, Self.hurry)))
    return taken.map { .forget($0.lease.id) }
  }

  private mutating func take(_ lease: Lease.ID, from child: WorkerID) -> Loan? {
    guard let place = loans.firstIndex(where: { $0.lease.id == lease && $0.holder == child })
    else { return nil }
    return loans.remove(at: place)
  }
}

extension Coordinator.Message {
  fileprivate var isPing: Bool { if case .ping = self { true } else { false } }
}

// MARK: - What workers are given

extension Relay {
  mutating func passParameters(_ actions: inout [Action]) {
    guard round != nil else { return }
    for index in children.indices where children[index].informed != round {
      children[index].informed = round
      actions.append(.parameters(to: children[index].id))
    }
  }

  /// As many leases as a worker has threads to everyone, then as many again; this round's first.
  mutating func lend(_ actions: inout [Action], at now: Moment) {
    for helping in 1...2 {
      for child in children {
        while let place = nextOpen, hasRoom(child, for: loans[place].lease, helping) {
          (loans[place].holder, loans[place].granted) = (child.id, now)
          actions.append(.lease(loans[place].lease.id, to: child.id))
        }
      }
    }
  }

  private var nextOpen: Int? {
    loans.firstIndex { $0.holder == nil && $0.lease.round == round }
      ?? loans.firstIndex { $0.holder == nil }
  }

  /// What was lent ahead takes no room from this round's work, which it waits for.
  private func hasRoom(_ child: Child, for lease: Lease, _ helping: Int) -> Bool {
    let held = loans.count {
      $0.holder == child.id && (lease.round != round || $0.lease.round == round)
    }
    return held < helping * child.capacity
  }

  /// - Returns: what the coordinator must know of it.
  mutating func remove(_ id: WorkerID, because departure: Coordinator.Departure) -> [Action] {
    guard let index = index(of: id) else { return [] }
    let child = children.remove(at: index)
    switch departure {
    case .itLeft, .itLied: counters.left += 1
    case .itDied, .itFellSilent: counters.lost += 1
    }
    let suspects = departure == .itDied && !child.isRelay ? begun(by: child) : []
    loans.removeAll { suspects.contains($0.lease) }
    for place in loans.indices where loans[place].holder == id { loans[place].holder = nil }
    return suspects.flatMap { [.forget($0.id), .died($0)] }
  }

  /// What it was computing: the oldest leases of this round, as many as it has threads.
  private func begun(by child: Child) -> [Lease] {
    loans.filter { $0.holder == child.id && $0.lease.round == round }.prefix(child.capacity)
      .map(\.lease)
  }
}
