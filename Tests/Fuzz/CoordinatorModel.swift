import Coordination
import NDArrays

/// `Coordinator`, fed with whatever a service could hand it: workers that forget, repeat, lie about
/// their leases, vanish and come back, in any order.
///
/// Whatever comes, each round's sum has the right bits, nobody gets more than is theirs, and a run
/// that is left to one honest worker ends.
struct CoordinatorModel: MachineModel {
  static let name = "coordinator"
  var coordinator: Coordinator
  var now = Moment(.zero)
  let batch: Int
  let pool = (1...7).map { WorkerID($0) }
  /// Everything that was ever lent, to whom.
  private(set) var lent: [(lease: Lease, worker: WorkerID)] = []
  private(set) var applying: Int?
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

  var isOver: Bool { !coordinator.isRunning }

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

}

// MARK: - How it ends

extension CoordinatorModel {
  /// With one honest worker and no other, the run comes to its end.
  mutating func finish(show: (() -> String) -> Void) throws {
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
