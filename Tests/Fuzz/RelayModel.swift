import Coordination
import NDArrays

/// `Relay`, fed with whatever its service could hand it: coordinators that repeat themselves and lend what
/// makes no sense, and workers that forget, lie and vanish, in any order.
///
/// Whatever comes, it lends on only what it was lent, answers for nothing twice and only with sums along
/// the tree, keeps no more than it may; and a round of an honest coordinator, left to one honest worker,
/// is answered as a whole.
struct RelayModel: MachineModel {
  static let name = "relay"
  var relay: Relay
  var now = Moment(.zero)
  let pool = (1...6).map { WorkerID($0) }
  let batch: Int
  /// What the coordinator lent lately, and to whom it was lent on.
  private(set) var given: [(lease: Lease, child: WorkerID?)] = []
  /// Leases under their number that an answer may name.
  private var open: [Lease.ID: Set<Lease>] = [:]
  /// What the shell keeps for passing on: what came first.
  private(set) var held: [Lease.ID: Lease] = [:]
  private(set) var adopted: Int?
  private var arriving: Int?
  private(set) var used: Set<Lease.ID> = []
  private var mostCapacity = 1
  private var answered: [TaskRange] = []

  init(_ random: inout RandomStream) {
    batch = 1 + random.below(9)
    relay = Relay(
      rules: Worker.Rules(
        ping: .milliseconds(300), patience: .seconds(1),
        loneliness: random.below(4) == 0 ? .seconds(20) : nil),
      at: now)
  }

  var isOver: Bool { if case .over = relay.phase { true } else { false } }
  var ending: String { isOver ? "over" : "every task answered" }
}

// MARK: - What must hold

extension RelayModel {
  mutating func handle(_ event: Relay.Event) throws {
    keep(event)
    for action in relay.handle(event, at: now) { try check(action) }
    arriving = nil
    mostCapacity = max(mostCapacity, relay.capacity)
    try require(held.count <= 4 * mostCapacity || isOver, "\(held.count) leases are held")
    if given.count > 2000 { given.removeFirst(1000) }
  }

  /// What the shell does before the state machine is asked.
  private mutating func keep(_ event: Relay.Event) {
    switch event {
    case .above(.lease(let lease, _), _):
      held[lease.id] = held[lease.id] ?? lease
      used.insert(lease.id)
      open[lease.id, default: []].insert(lease)
      given.append((lease, nil))
    case .above(.parameters(let round), _): arriving = round
    case .above(.welcome, let epoch) where relay.mayEnter(epoch): (adopted, open) = (nil, [:])
    case .above, .below, .lost, .connected, .leave, .tick: break
    }
  }

  private mutating func check(_ action: Relay.Action) throws {
    switch action {
    case .adopt(let round):
      try require(round == arriving, "round \(round) is adopted when \(arriving ?? -1) comes")
      try require(round > adopted ?? -1, "round \(round) is adopted after \(adopted ?? -1)")
      adopted = round
    case .parameters(let child):
      try require(adopted != nil && isInside(child), "\(child) is told of no round")
    case .lease(let id, let child):
      guard let lease = held[id], isInside(child) else {
        throw Finding(text: "\(id) is lent to \(child), and one of them is not here")
      }
      given.append((lease, child))
    case .answer(let leases, let sum, _): try check(leases, sum)
    case .notFinite(let lease), .died(let lease): try settle(lease)
    case .forget(let id): held[id] = nil
    case .welcome(let child): try require(isInside(child), "\(child) is welcomed but not taken in")
    case .introduce, .ping, .goodbye, .reconnect, .end, .ask, .pong, .dismiss: break
    }
  }

  private mutating func check(_ leases: [Lease], _ sum: TaskSum) throws {
    for lease in leases { try settle(lease) }
    let rounds = Set(leases.map(\.round))
    guard let round = rounds.first, rounds.count == 1 else {
      throw Finding(text: "one answer to leases of \(rounds.count) rounds")
    }
    try require(
      leases.reduce(0) { $0 + $1.range.count } == sum.range.count
        && leases.allSatisfy { sum.range.contains($0.range) },
      "\(leases) are answered by tasks \(sum.range)")
    try require(sum == treeSum(sum.range, round: round), "\(leases) add up to \(sum)")
    answered.append(sum.range)
  }

  private mutating func settle(_ lease: Lease) throws {
    try require(
      open.removeValue(forKey: lease.id)?.contains(lease) == true,
      "\(lease) is answered, which was not lent, or twice")
  }

  private func isInside(_ child: WorkerID) -> Bool { relay.workers.contains(child) }
}

// MARK: - How it ends

extension RelayModel {
  /// A new coordinator lends every task of a round; one honest worker computes.
  mutating func finish(show: (() -> String) -> Void) throws {
    guard !isOver else { return }
    let (honest, epoch) = (WorkerID(99), (relay.epoch ?? 0) &+ 1)
    for child in pool { try handle(.lost(child)) }
    try handle(.below(.hello(capacity: 3), from: honest, epoch: epoch))
    try handle(.above(.welcome, epoch: epoch))
    try handle(.above(.parameters(round: 7), epoch: epoch))
    (answered, given) = ([], [])
    for (index, range) in TaskRange(batch: batch).nodes(ofAtMost: 1).enumerated() {
      let lease = Lease(id: UInt64(index), round: 7, range: range)
      try handle(.above(.lease(lease, batch: batch), epoch: epoch))
    }
    var next = 0
    for _ in 0..<1000 where answered.reduce(0, { $0 + $1.count }) < batch {
      now = now + .milliseconds(20)
      try handle(.tick)
      while let place = given[next...].firstIndex(where: { $0.child == honest }) {
        let lease = given[place].lease
        next = place + 1
        show { "\(honest) answers \(lease)" }
        let sum = treeSum(lease.range, round: 7)
        try handle(
          .below(
            .computed(leases: [lease.id], sum: sum, elapsed: .zero), from: honest, epoch: epoch))
      }
    }
    try require(
      answered.reduce(0) { $0 + $1.count } == batch,
      "only \(answered) of \(batch) tasks are answered")
  }
}
