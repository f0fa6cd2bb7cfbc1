/// Decides what a worker process does next: whom to greet, what to compute, what to answer.
///
/// It holds leases until the parameters of their round are there, and drops whatever a newer round or
/// a new coordinator has made pointless.
public struct Worker: Sendable {
  /// Leases that are computed at once.
  public let capacity: Int
  public private(set) var counters = Counters()

  private var liaison: Liaison
  /// The round whose parameters are here.
  private var round: Int?
  private var waiting: [Lease] = []
  private var computing: [Computation] = []

  public struct Rules: Equatable, Sendable {
    public var ping: Duration
    /// A coordinator that is silent for longer is sought anew.
    public var patience: Duration
    /// How long to look for a coordinator; `nil` is for ever.
    public var loneliness: Duration?

    public init(
      ping: Duration = .seconds(1), patience: Duration = .seconds(6), loneliness: Duration? = nil
    ) {
      (self.ping, self.patience, self.loneliness) = (ping, patience, loneliness)
    }
  }

  public struct Counters: Equatable, Sendable {
    public var answered = 0
    /// Leases given up, and results thrown away, because their round was over.
    public var stale = 0
    public var introductions = 0
  }

  private struct Computation: Equatable, Sendable {
    var lease: Lease
    /// Whether the coordinator that lent it is still there.
    var isWanted = true
  }

  public init(rules: Rules, capacity: Int, at now: Moment) {
    precondition(capacity > 0, "a worker computes at least one lease at once, not \(capacity)")
    self.capacity = capacity
    liaison = Liaison(rules: rules, at: now)
  }

  /// The shell sets what the coordinator asks for, when it takes this worker in.
  public var rules: Rules {
    get { liaison.rules }
    set { liaison.rules = newValue }
  }

  public var phase: Phase { liaison.phase }

  /// Of the coordinator that took this worker in last.
  public var epoch: UInt32? { liaison.epoch }

  /// Whether a coordinator of this epoch may take this worker in.
  public func mayEnter(_ epoch: UInt32) -> Bool { liaison.mayEnter(epoch) }

  /// Takes in one event, then does everything that has become possible.
  public mutating func handle(_ event: Event, at now: Moment) -> [Action] {
    if case .over = phase { return [] }
    var actions = absorb(event, at: now)
    settle(&actions, at: now)
    assert(invariantsHold)
    // A thread that has become free does not wait until what it computed is written and sent.
    if case .computed = event { actions.moveToFront(where: \.isComputation) }
    return actions
  }

  private mutating func absorb(_ event: Event, at now: Moment) -> [Action] {
    switch event {
    case .message(let message, let epoch):
      liaison.hear(at: now)
      return absorb(message, of: epoch, at: now)
    case .computed(let lease): return finish(lease)
    case .connected: liaison.meet(at: now)
    case .leave: return leave()
    case .tick: return watch(at: now)
    }
    return []
  }

  private mutating func absorb(
    _ message: Message, of epoch: UInt32, at now: Moment
  ) -> [Action] {
    switch message {
    case .welcome where mayEnter(epoch): return begin(epoch)
    case .unknown: liaison.seek(at: now)
    case .refused(let text): liaison.end(.refused(text))
    case .parameters(let round) where liaison.isServing(epoch): return adopt(round)
    case .lease(let lease): return take(lease, of: epoch)
    case .dismissed where epoch == self.epoch: liaison.end(.dismissed)
    case .welcome, .parameters, .pong, .dismissed: break
    }
    return []
  }

  private mutating func settle(_ actions: inout [Action], at now: Moment) {
    actions += dropStale()
    while phase == .serving, computing.count < capacity,
      let index = waiting.firstIndex(where: { $0.round == round })
    {
      let lease = waiting.remove(at: index)
      computing.append(Computation(lease: lease))
      actions.append(.compute(lease))
    }
    if phase == .leaving, computing.isEmpty {
      actions.append(.goodbye)
      liaison.end(.left)
    }
    if liaison.greets(at: now) {
      counters.introductions += 1
      actions.append(.introduce)
    }
    if case .over(let reason) = phase { actions.append(.end(reason)) }
  }
}

// MARK: - Parts

extension Worker {
  private mutating func begin(_ epoch: UInt32) -> [Action] {
    liaison.serve(epoch)
    round = nil
    defer { waiting = [] }
    for index in computing.indices { computing[index].isWanted = false }
    return waiting.map { .forget($0.id) }
  }

  private mutating func adopt(_ round: Int) -> [Action] {
    guard round > self.round ?? -1 else { return [] }
    self.round = round
    return [.adopt(round: round)]
  }

  /// Keeps a lease until it can be computed. One that comes twice is kept once.
  private mutating func take(_ lease: Lease, of epoch: UInt32) -> [Action] {
    guard !holds(lease.id) else { return [] }
    guard liaison.isServing(epoch), waiting.count < mostWaiting else { return [.forget(lease.id)] }
    waiting.append(lease)
    return []
  }

  private func holds(_ lease: Lease.ID) -> Bool {
    waiting.contains { $0.id == lease } || computing.contains { $0.lease.id == lease }
  }

  /// A coordinator lends twice what is computed at once, and again what it believes lost.
  private var mostWaiting: Int { 4 * capacity }

  private mutating func finish(_ lease: Lease.ID) -> [Action] {
    guard let index = computing.firstIndex(where: { $0.lease.id == lease }) else { return [] }
    let computation = computing.remove(at: index)
    guard computation.isWanted, computation.lease.round == round else {
      counters.stale += 1
      return [.forget(lease)]
    }
    counters.answered += 1
    return [.answer(lease)]
  }

  private mutating func dropStale() -> [Action] {
    guard let round else { return [] }
    let stale = waiting.filter { $0.round < round }
    guard !stale.isEmpty else { return [] }
    counters.stale += stale.count
    waiting.removeAll { $0.round < round }
    return stale.map { .forget($0.id) }
  }

  private mutating func leave() -> [Action] {
    liaison.leave()
    defer { waiting = [] }
    return waiting.map { .forget($0.id) }
  }

  private mutating func watch(at now: Moment) -> [Action] {
    switch liaison.watch(at: now) {
    case .nothing: []
    case .ping: [.ping(round: round, leases: held)]
    case .reconnect: [.reconnect]
    }
  }

  /// How many leases it remembers.
  package var kept: Int { waiting.count + computing.count }

  private var held: [Lease.ID] {
    computing.filter(\.isWanted).map(\.lease.id) + waiting.map(\.id)
  }

  /// Checked after every event in tests and simulations.
  private var invariantsHold: Bool {
    computing.count <= capacity
      && Set(computing.map(\.lease.id)).isDisjoint(with: waiting.map(\.id))
      && waiting.allSatisfy { $0.round >= round ?? 0 }
  }
}
