import Coordination
import NDArrays

// MARK: - What happens

extension CoordinatorModel {
  mutating func event(_ random: inout RandomStream) -> Coordinator.Event {
    if random.below(3) == 0 {
      now = now + .milliseconds(random.below(random.below(20) == 0 ? 3000 : 60))
    }
    if let round = applying, random.below(3) > 0 {
      return random.below(400) == 0 ? .diverged(round: round) : .applied(round: round)
    }
    let worker = pool[random.below(pool.count)]
    switch random.below(40) {
    case 0: return .lost(worker)
    case 1...4: return .tick
    case 5 where random.below(200) == 0: return .stop
    case 6 where random.below(200) == 0: return .conclude(within: .milliseconds(random.below(900)))
    default:
      let epoch = random.below(30) == 0 ? UInt32(truncatingIfNeeded: random.integer()) : 3
      return .message(message(from: worker, &random), from: worker, epoch: epoch)
    }
  }

  private func message(
    from worker: WorkerID, _ random: inout RandomStream
  ) -> Coordinator.Message {
    switch random.below(24) {
    case 0: return .goodbye
    case 1...3:
      return .hello(
        capacity: random.below(8) == 0 ? random.below(257) : random.below(4),
        isRelay: random.below(4) == 0)
    case 4...6:
      return .ping(
        round: round(&random), leases: leases(of: worker, &random),
        capacity: random.below(8) == 0 ? random.below(4) : nil)
    case 7 where random.below(3) == 0: return .notFinite(lease: lease(of: worker, &random).id)
    case 8 where random.below(3) == 0: return .died(lease: lease(of: worker, &random).id)
    case 9: return joined(leases(of: worker, &random), &random)
    default:
      let lease = lease(of: worker, &random)
      let range = random.below(20) == 0 ? random.node(ofBatch: batch) : lease.range
      return .computed(
        leases: [lease.id], sum: treeSum(range, round: lease.round), elapsed: elapsed(&random))
    }
  }

  /// An answer to several leases, as relays give it, right or wrong.
  private func joined(
    _ leases: [Lease.ID], _ random: inout RandomStream
  ) -> Coordinator.Message {
    let named = lent.map(\.lease).filter { leases.contains($0.id) }
    let lower = named.map(\.range.lower).min() ?? 0
    let upper = named.map(\.range.upper).max() ?? 1
    let range =
      random.below(4) == 0 ? random.node(ofBatch: batch) : TaskRange(lower: lower, upper: upper)
    let round = named.first?.round ?? 0
    return .computed(
      leases: leases, sum: treeSum(range, round: round), elapsed: elapsed(&random))
  }

  /// Mostly one of the worker's own, of late.
  private func lease(of worker: WorkerID, _ random: inout RandomStream) -> Lease {
    let own = lent.suffix(200).filter { $0.worker == worker || random.below(20) == 0 }
    return random.element(of: own.suffix(random.below(8) == 0 ? 40 : 6))?.lease
      ?? Lease(id: random.integer(), round: 0, range: random.node(ofBatch: batch))
  }

  private func leases(of worker: WorkerID, _ random: inout RandomStream) -> [Lease.ID] {
    let own = lent.suffix(40).filter { $0.worker == worker && random.below(8) > 0 }.map(\.lease.id)
    return own + (0..<random.below(3)).map { _ in random.integer() }
  }

  private func round(_ random: inout RandomStream) -> Int? {
    switch random.below(4) {
    case 0: nil
    case 1: Int(random.integer() >> 1)
    default: coordinator.round
    }
  }

  private func elapsed(_ random: inout RandomStream) -> Duration {
    random.below(8) == 0
      ? .microseconds(Int64(random.integer() >> 1)) : .milliseconds(random.below(20))
  }
}
