extension Coordinator {
  enum Departure { case itLeft, itDied, itFellSilent, itLied }

  /// The ids of all workers, in the order they joined.
  public var workers: [WorkerID] { members.map(\.id) }

  /// Leases that all of them together compute at once.
  public var capacity: Int { members.reduce(0) { $0 + $1.capacity } }

  /// What a worker was lent and owes, the oldest first.
  package func leases(of worker: WorkerID) -> [Lease] {
    members.first { $0.id == worker }?.claims.map(\.lease) ?? []
  }

  /// How many things it remembers, whatever they are; a measure of its memory.
  package var kept: Int {
    open.count + cases.reduce(0) { $0 + $1.testimonies.count } + struckOff.count
      + contributors.count
      + members.reduce(0) { $0 + 1 + $1.claims.count + $1.participation.spans.count }
      + members.reduce(0) { $0 + $1.share.count }
      + suspicions.deaths.values.reduce(0) { $0 + $1.count } + suspicions.suspects.count
      + suspicions.notFinite.values.reduce(0) { $0 + $1.count }
  }

  func index(of worker: WorkerID) -> Int? { places[worker] }

  mutating func join(
    _ worker: WorkerID, capacity: Int, isRelay: Bool, at now: Moment
  ) -> [Action] {
    guard isRunning else { return [.dismiss(worker)] }
    guard !struckOff.contains(worker) else { return [.expel(worker)] }
    // Whoever introduces itself again has forgotten its leases.
    remove(worker, because: .itLeft)
    guard members.count < rules.mostWorkers else {
      counters.turnedAway += 1
      return []
    }
    poolShares()
    places[worker] = members.count
    members.append(Member(id: worker, capacity: max(1, capacity), isRelay: isRelay, lastHeard: now))
    isToInform = true
    counters.joined += 1
    return [.welcome(worker)]
  }

  /// Whether this is a member; if so, it is alive.
  mutating func hear(_ worker: WorkerID, at now: Moment) -> Bool {
    guard let index = index(of: worker) else { return false }
    members[index].lastHeard = now
    if members[index].isOverdue { (members[index].isOverdue, isToInform) = (false, true) }
    return true
  }

  mutating func remove(_ worker: WorkerID, because departure: Departure) {
    guard let index = index(of: worker) else { return }
    poolShares()
    let member = members.remove(at: index)
    places[worker] = nil
    for later in members.indices[index...] { places[members[later].id] = later }
    switch departure {
    case .itLeft:
      counters.left += 1
      member.claims.forEach { reopen($0, from: worker) }
    case .itLied: member.claims.forEach { reopen($0, from: worker) }
    case .itDied, .itFellSilent:
      counters.lost += 1
      // It was computing the oldest leases of this round, as many as it has threads. A relay computes none.
      let suspects = member.claims.filter { $0.lease.round == round && !member.isRelay }
        .prefix(member.capacity)
      suspects.forEach { blame($0, on: member, isAlone: suspects.count == 1, departure) }
      member.claims.filter { !suspects.contains($0) }.forEach { reopen($0, from: worker) }
    }
  }

  /// What a worker says it holds shows what was lost on the way to it, or from it.
  mutating func reconcile(
    _ worker: WorkerID, round held: Int?, leases: [Lease.ID], capacity: Int?, at now: Moment
  ) {
    guard let index = index(of: worker) else { return }
    if let capacity, capacity != members[index].capacity {
      poolShares()
      members[index].capacity = capacity
    }
    if phase == .gathering, held != round, now - roundBegan > rules.delivery {
      (members[index].informed, isToInform) = (nil, true)
    }
    // Who computes nothing any more has given everything back.
    let forgotten = members[index].claims.filter {
      !leases.contains($0.lease.id) && (capacity == 0 || now - $0.granted > rules.delivery)
    }
    members[index].claims.removeAll { forgotten.contains($0) }
    forgotten.forEach { reopen($0, from: worker) }
  }

  /// What time alone brings about.
  mutating func watch(at now: Moment) -> [Action] {
    guard isRunning else { return [] }
    for member in members {
      if isStuck(member, at: now) {
        remove(member.id, because: .itDied)
      } else if isSilent(member, at: now) {
        remove(member.id, because: .itFellSilent)
      }
    }
    if let loneliness = rules.loneliness, now - lastCompany > loneliness {
      phase = .stopped(.noWorkers(since: now - lastCompany))
    }
    return noteCompany(at: now) + hurryUp(at: now)
  }

  private mutating func noteCompany(at now: Moment) -> [Action] {
    let isAlone = now - lastCompany > min(rules.patience, rules.loneliness ?? rules.patience)
    guard isAlone != isKnownAlone, isRunning else { return [] }
    isKnownAlone = isAlone
    return [.tell(isAlone ? .alone(atMost: rules.loneliness) : .inCompany)]
  }

  private func isSilent(_ member: Member, at now: Moment) -> Bool {
    now - member.lastHeard > rules.patience
  }

  private func isStuck(_ member: Member, at now: Moment) -> Bool {
    member.claims.contains { $0.lease.round == round && now - begin(of: $0) > rules.limit }
  }

  /// When a claim's worker can have begun: not before the parameters of the round were there.
  func begin(of claim: Claim) -> Moment { max(claim.granted, roundBegan) }
}
