import Coordination
import NDArrays

/// `Coordinator`, fed with whatever a service could hand it: workers that forget, repeat, lie about
/// their leases, vanish and come back, in any order.
///
/// Whatever comes, each round's sum has the right bits, nobody gets more than is theirs, and a run
/// that is left to one honest worker ends.
struct CoordinatorTarget: FuzzTarget {
  static let name = "coordinator"
  private static let eventsPerRound = 2000
  private var events = 0
  private var endings: [String: Int] = [:]

  mutating func round(_ key: RandomKey, show: (() -> String) -> Void) throws {
    var random = key.stream
    var model = CoordinatorModel(&random)
    for _ in 0..<Self.eventsPerRound where model.coordinator.isRunning {
      let event = model.event(&random)
      show { "\(model.now.elapsed) \(event)" }
      try model.handle(event)
      events += 1
    }
    try model.finishAlone(show: show)
    endings[model.ending, default: 0] += 1
  }

  var summary: [String] {
    ["\(events)\tevents"]
      + endings.sorted { $0.key < $1.key }.map { ending, count in "\(count)\t\(ending)" }
  }
}

/// A coordinator, and what a shell would know of it.
private struct CoordinatorModel {
  var coordinator: Coordinator
  var now = Moment(.zero)
  private let batch: Int
  private let pool = (1...7).map { WorkerID($0) }
  /// Everything that was ever lent, to whom.
  private var lent: [(lease: Lease, worker: WorkerID)] = []
  private var applying: Int?
  /// The round that members were last told of.
  private var rounds: [WorkerID: Int] = [:]

  init(_ random: inout RandomStream) {
    batch = 1 + random.below(9)
    let rules = Coordinator.Rules(
      rounds: Rounds(steps: 1 + random.below(40), batch: batch), patience: .seconds(1),
      hurry: .milliseconds(100),
      limit: .seconds(5), loneliness: random.below(4) == 0 ? .seconds(8) : nil,
      strikes: 1 + random.below(8), mostWorkers: 1 + random.below(7))
    coordinator = Coordinator(rules: rules, epoch: 3, round: 0, at: now)
  }

  var ending: String {
    switch coordinator.phase {
    case .gathering: "gathering"
    case .applying: "applying"
    case .finished: "finished"
    case .stopped(.poisonedTask): "stopped for a task that kills"
    case .stopped(.notFinite): "stopped for a task that is not finite"
    case .stopped(.nothingFinite): "stopped for want of finite tasks"
    case .stopped(.diverged): "stopped for parameters that are not finite"
    case .stopped(.noWorkers): "stopped for want of workers"
    case .stopped(.disagreement): "stopped for two who disagree"
    }
  }
}

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

// MARK: - What must hold

extension CoordinatorModel {
  mutating func handle(_ event: Coordinator.Event) throws {
    if case .applied = event { applying = nil }
    if case .diverged = event { applying = nil }
    for action in coordinator.handle(event, at: now) { try check(action) }
    try require(coordinator.workers.count <= coordinator.rules.mostWorkers, "a crowd is inside")
    if lent.count > 2000 { lent.removeFirst(1000) }
  }

  private mutating func check(_ action: Coordinator.Action) throws {
    switch action {
    case .lease(let lease, _, let worker):
      try require(coordinator.isRunning, "\(lease) is lent after the end")
      try require(lease.range.isNode(ofBatch: batch), "\(lease) is no node of the tree")
      try require(
        lease.round == coordinator.round || lease.round == coordinator.round + 1,
        "\(lease) is lent during round \(coordinator.round)")
      lent.append((lease, worker))
    case .parameters(let round, let worker):
      try require(round == coordinator.round, "\(worker) is told of round \(round)")
      rounds[worker] = round
    case .apply(let round, let sum):
      try require(round == coordinator.round && applying == nil, "round \(round) is applied")
      try require(
        sum == treeSum(TaskRange(batch: batch), round: round), "round \(round) adds up to \(sum)")
      applying = round
    case .welcome(let worker):
      try require(coordinator.workers.contains(worker), "\(worker) is welcomed but not taken in")
      rounds[worker] = nil
    case .introduce, .pong, .dismiss, .expel, .tell: break
    }
  }

  private func require(_ claim: Bool, _ text: @autoclosure () -> String) throws {
    if !claim { throw Finding(text: text()) }
  }

  /// With one honest worker and no other, the run comes to its end.
  mutating func finishAlone(show: (() -> String) -> Void) throws {
    let honest = WorkerID(99)
    for worker in pool { try handle(.message(.goodbye, from: worker, epoch: 3)) }
    if let round = applying { try handle(.applied(round: round)) }
    try handle(.message(.hello(capacity: 2), from: honest, epoch: 3))
    var (answered, turns) = (Set<Lease.ID>(), 0)
    while coordinator.isRunning {
      turns += 1
      try require(turns < 100_000, "an honest worker does not get the run to its end")
      let due = lent.filter { $0.worker == honest && !answered.contains($0.lease.id) }
      guard let lease = due.first(where: { $0.lease.round == coordinator.round })?.lease else {
        now = now + .milliseconds(20)
        try handle(
          .message(
            .ping(round: rounds[honest], leases: due.map(\.lease.id)),
            from: honest, epoch: 3))
        try handle(.tick)
        continue
      }
      answered.insert(lease.id)
      show { "\(honest) answers \(lease)" }
      try handle(
        .message(
          .computed(
            leases: [lease.id], sum: treeSum(lease.range, round: lease.round),
            elapsed: .milliseconds(1)
          ),
          from: honest, epoch: 3))
      if let round = applying { try handle(.applied(round: round)) }
    }
  }
}
