import Coordination
import NDArrays

// MARK: - What happens

extension RelayModel {
  mutating func event(_ random: inout RandomStream) -> Relay.Event {
    if random.below(4) == 0 {
      now = now + .milliseconds(random.below(random.below(20) == 0 ? 3000 : 60))
    }
    let child = pool[random.below(pool.count)]
    switch random.below(40) {
    case 0...2: return .tick
    case 3 where random.below(8) == 0: return .connected
    case 4 where random.below(300) == 0: return .leave
    case 5: return .lost(child)
    case 6...19: return .above(above(&random), epoch: epoch(&random))
    default: return .below(below(child, &random), from: child, epoch: epoch(&random))
    }
  }

  private func epoch(_ random: inout RandomStream) -> UInt32 {
    let current = relay.epoch ?? 3
    return random.below(60) == 0 ? current &+ UInt32(random.below(3)) &- 1 : current
  }

  private func above(_ random: inout RandomStream) -> Relay.Message {
    switch random.below(40) {
    case 0 where random.below(40) == 0: .dismissed
    case 0 where random.below(40) == 0: .refused("enough")
    case 1 where random.below(4) == 0: .unknown
    case 2...3: .welcome
    case 4: .pong
    case 5...9: .parameters(round: round(&random))
    default: .lease(lease(&random), batch: random.below(20) == 0 ? 1 + random.below(9) : batch)
    }
  }

  /// Near the one that is there, or anywhere.
  private func round(_ random: inout RandomStream) -> Int {
    random.below(200) == 0
      ? Int(random.integer() >> 1) : max(0, (adopted ?? 0) &+ random.below(3) &- 1)
  }

  /// A new one, or one that is here, as it is or with other tasks under its number. No coordinator uses a
  /// number again.
  private func lease(_ random: inout RandomStream) -> Lease {
    let round = random.below(4) == 0 ? round(&random) : adopted ?? 0
    let range = random.node(ofBatch: random.below(20) == 0 ? 1 + random.below(9) : batch)
    let known = random.element(of: given.suffix(20))?.lease
    guard random.below(8) == 0, let known = known.flatMap({ held[$0.id] }) else {
      let id = random.integer()
      return Lease(id: used.contains(id) ? random.next() : id, round: round, range: range)
    }
    return random.below(2) == 0 ? known : Lease(id: known.id, round: round, range: range)
  }

  private func below(_ child: WorkerID, _ random: inout RandomStream) -> Coordinator.Message {
    let own = given.suffix(60)
      .filter { $0.child == child || $0.child != nil && random.below(20) == 0 }.map(\.lease)
    let few = own.suffix(4)
    switch random.below(24) {
    case 0: return .goodbye
    case 1...2:
      return .hello(capacity: random.below(8) == 0 ? random.below(257) : random.below(4))
    case 3: return .hello(capacity: random.below(4), isRelay: true)
    case 4...6:
      return .ping(
        round: random.below(2) == 0 ? nil : adopted,
        leases: own.filter { _ in random.below(8) > 0 }.map(\.id),
        capacity: random.below(8) == 0 ? random.below(4) : nil)
    case 7 where random.below(3) == 0:
      return .notFinite(lease: random.element(of: few)?.id ?? random.integer())
    case 8 where random.below(3) == 0:
      return .died(lease: random.element(of: few)?.id ?? random.integer())
    case 9...10: return answer(few.filter { _ in random.below(3) > 0 }, &random)
    default: return answer(random.element(of: few).map { [$0] } ?? [], &random)
    }
  }

  /// To these leases, for all of their tasks or for any.
  private func answer(
    _ leases: [Lease], _ random: inout RandomStream
  ) -> Coordinator.Message {
    let lower = leases.map(\.range.lower).min() ?? 0
    let upper = leases.map(\.range.upper).max() ?? 1
    let range =
      random.below(20) == 0
      ? random.node(ofBatch: batch) : TaskRange(lower: lower, upper: upper)
    return .computed(
      leases: leases.map(\.id) + (random.below(40) == 0 ? [random.integer()] : []),
      sum: treeSum(range, round: leases.first?.round ?? 0),
      elapsed: .milliseconds(random.below(20)))
  }
}
