/// Decides what stands between a coordinator and some workers: to the one it is a worker of many
/// threads, to the others a coordinator.
///
/// It lends on, as they are, the leases it is lent, and joins the sums of neighbouring ones on their way
/// up. It knows nothing of the run but how many tasks a round has, remembers nothing that its death would
/// lose, and adds by the tree over the tasks: the bits are those of a run without it.
public struct Relay: Sendable {
  var liaison: Liaison
  /// In the order they joined.
  var children: [Child] = []
  /// What the coordinator lent and has no answer to, in the order it came.
  var loans: [Loan] = []
  /// What was computed and waits for its neighbours.
  var finished: [Finished] = []
  /// The round whose parameters are here.
  var round: Int?
  var roundBegan: Moment
  public internal(set) var counters = Counters()
  /// The capacity that the coordinator was told last.
  private var announced = 0

  /// What happened, for people.
  public struct Counters: Equatable, Sendable {
    public var joined = 0
    public var left = 0
    public var lost = 0
    /// Answers of workers, and what they became on the way up.
    public var sums = 0
    public var answers = 0
    public var dropped = 0
  }

  public init(rules: Worker.Rules, at now: Moment) {
    liaison = Liaison(rules: rules, at: now)
    roundBegan = now
  }

  public var phase: Worker.Phase { liaison.phase }
  public var epoch: UInt32? { liaison.epoch }
  public var workers: [WorkerID] { children.map(\.id) }
  public func mayEnter(_ epoch: UInt32) -> Bool { liaison.mayEnter(epoch) }

  /// The shell sets what the coordinator asks for, when it takes this relay in.
  public var rules: Worker.Rules {
    get { liaison.rules }
    set { liaison.rules = newValue }
  }

  /// Task ranges that the workers behind it compute at once.
  public var capacity: Int { children.reduce(0) { $0 + $1.capacity } }

  /// Takes in one event, then does everything that has become possible.
  public mutating func handle(_ event: Event, at now: Moment) -> [Action] {
    if case .over = phase { return [] }
    var actions = absorb(event, at: now)
    settle(&actions, at: now)
    assert(invariantsHold)
    return actions
  }

  private mutating func absorb(_ event: Event, at now: Moment) -> [Action] {
    switch event {
    case .above(let message, let epoch):
      liaison.hear(at: now)
      return hear(message, of: epoch, at: now)
    case .below(let message, let child, let epoch):
      return hear(message, from: child, epoch, at: now)
    case .lost(let child): return remove(child, because: .itDied)
    case .connected: liaison.meet(at: now)
    case .leave: liaison.leave()
    case .tick: return watch(at: now)
    }
    return []
  }

  private mutating func settle(_ actions: inout [Action], at now: Moment) {
    if phase == .serving {
      passParameters(&actions)
      lend(&actions, at: now)
      answer(&actions, at: now)
      announce(&actions)
    }
    if phase == .leaving {
      actions.append(.goodbye)
      liaison.end(.left)
    }
    // Nobody is asked for work before there is somebody to do it.
    if capacity > 0, liaison.greets(at: now) {
      announced = capacity
      actions.append(.introduce(capacity: capacity))
    }
    if case .over(let reason) = phase {
      actions += children.map { .dismiss($0.id) } + [.end(reason)]
      (children, loans, finished) = ([], [], [])
    }
  }

  /// Tells the coordinator at once when there are more workers, or fewer; what nobody is left to compute
  /// goes back, since it is missing from what is held.
  private mutating func announce(_ actions: inout [Action]) {
    guard announced != capacity else { return }
    announced = capacity
    if children.isEmpty { actions += forgetAll() }
    actions.append(ping)
  }

  private mutating func watch(at now: Moment) -> [Action] {
    var actions: [Action] = []
    for child in children where now - child.lastHeard > rules.patience {
      actions += remove(child.id, because: .itDied)
    }
    switch liaison.watch(at: now) {
    case .nothing: break
    case .ping: actions.append(ping)
    case .reconnect: actions.append(.reconnect)
    }
    return actions
  }

  private var ping: Action {
    let held = loans.map(\.lease.id) + finished.flatMap { $0.leases.map(\.id) }
    return .ping(round: round, leases: held, capacity: capacity)
  }

  mutating func forgetAll() -> [Action] {
    defer { (loans, finished) = ([], []) }
    return loans.map { .forget($0.lease.id) }
  }
}

// MARK: - Parts

extension Relay {
  struct Child: Equatable, Sendable {
    var id: WorkerID
    /// Leases it computes at once. It is lent as many again, so that it never waits.
    var capacity: Int
    var isRelay: Bool
    var lastHeard: Moment
    /// The round whose parameters were last passed on to it.
    var informed: Int?
  }

  /// A lease of the coordinator's, in a worker's hands or in nobody's yet.
  struct Loan: Equatable, Sendable {
    var lease: Lease
    /// Tasks of the lease's round.
    var batch: Int
    var holder: WorkerID?
    var granted: Moment
  }

  /// A sum of one lease or of neighbouring ones.
  struct Finished: Equatable, Sendable {
    var leases: [Lease]
    var batch: Int
    var sum: TaskSum
    var elapsed: Duration
    /// Until then it waits for its other half.
    var due: Moment

    var round: Int { leases[0].round }
  }

  /// Checked after every event in tests and simulations.
  private var invariantsHold: Bool {
    let held = loans.map(\.lease.id) + finished.flatMap { $0.leases.map(\.id) }
    return Set(held).count == held.count
      && Set(children.map(\.id)).count == children.count
      && loans.allSatisfy { loan in loan.holder.map { index(of: $0) != nil } ?? true }
      && loans.allSatisfy { $0.lease.round >= round ?? 0 }
  }
}
