/// Decides who computes what: takes in one event at a time and answers with what is to be done.
///
/// A value without clock, socket or tensor. What a round *means* is settled by the tree over its
/// tasks; the coordinator only sees to it that every range gets computed by someone, whatever dies,
/// joins, is lost, or comes twice.
public struct Coordinator: Sendable {
  public let rules: Rules
  public let epoch: UInt32

  /// The round whose sum is being gathered.
  public private(set) var round: Int
  public internal(set) var phase: Phase = .gathering
  public internal(set) var counters = Counters()
  /// The time of workers' threads in all answers that counted, as they say it themselves.
  public internal(set) var computed = Duration.zero
  /// When the run ends at the latest, if it was asked to end after its step.
  public internal(set) var endsBy: Moment?

  /// In the order they joined; who waits longest is served first.
  var members: [Member] = []
  /// Where each stands there.
  var places: [WorkerID: Int] = [:]
  /// Whether someone may lack this round's parameters.
  var isToInform = false
  /// What of this round and the next is not lent to anyone yet, this round's first.
  var open: [Work] = []
  /// The first round that is not cut into ranges yet.
  var uncut: Int
  var sums: SumTree
  var suspicions = Suspicions()
  /// What two workers of this round have to agree on, and do not yet.
  var cases: [Case] = []
  /// Whose sums were joined in this round.
  var contributors: Set<WorkerID> = []
  /// Who takes part no more, whatever it says.
  var struckOff: [WorkerID] = []
  var pace = Pace()
  var nextLease: Lease.ID
  /// When the current round's parameters went out, and when there was last anyone to send them to.
  var roundBegan: Moment
  var lastCompany: Moment
  /// Whether it was told that nobody was there.
  var isKnownAlone = false
  /// When there were last two workers or more, or could have been.
  var lastPair: Moment

  public enum Phase: Equatable, Sendable {
    case gathering
    /// The root of the tree is known; the shell computes the update.
    case applying
    case finished
    case stopped(Failure)
  }

  /// Why a run cannot go on.
  public enum Failure: Error, Equatable, Sendable {
    /// The task was being computed whenever these workers died.
    case poisonedTask(round: Int, task: Int, workers: [WorkerID])
    /// The task's sum is not finite, whoever computes it.
    case notFinite(round: Int, task: Int)
    /// Not one task of the round is finite, so nothing is left when they are left out.
    case nothingFinite(round: Int)
    /// The parameters after this round are not finite.
    case diverged(round: Int)
    case noWorkers(since: Duration)
    /// These workers say different things of a range, and nobody came to decide.
    case disagreement(round: Int, range: TaskRange, workers: [WorkerID])
  }

  /// Begins at `round`, which is where training begins or a checkpoint left off.
  public init(rules: Rules, epoch: UInt32, round: Int, at now: Moment) {
    (self.rules, self.epoch, self.round, uncut) = (rules, epoch, round, round)
    sums = SumTree(batch: max(1, rules.rounds.tasks(in: round)))
    nextLease = Lease.ID(epoch) << 32
    (roundBegan, lastCompany, lastPair) = (now, now, now)
    if round >= rules.rounds.count { phase = .finished }
  }

  /// Takes in one event, then does everything that has become possible.
  public mutating func handle(_ event: Event, at now: Moment) -> [Action] {
    // Who comes when the time is up is not taken in any more.
    settleEnd(at: now)
    var actions = absorb(event, at: now)
    settle(&actions, at: now)
    assert(invariantsHold)
    return actions
  }

  private mutating func absorb(_ event: Event, at now: Moment) -> [Action] {
    if case .message(_, let worker, _) = event { acquit(worker) }
    switch event {
    case .message(.hello(let capacity, let isRelay), let worker, _):
      return join(worker, capacity: capacity, isRelay: isRelay, at: now)
    case .message(let message, let worker, let epoch):
      if struckOff.contains(worker) { return [.expel(worker)] }
      guard epoch == self.epoch, hear(worker, at: now) else {
        counters.strangers += 1
        return isRunning ? [.introduce(worker)] : [.dismiss(worker)]
      }
      return absorb(message, from: worker, at: now)
    case .lost(let worker): remove(worker, because: .itDied)
    case .applied(let applied): open(round: applied + 1, after: applied, at: now)
    case .diverged(let applied):
      precondition(
        phase != .gathering && applied == round, "no update of round \(applied) is due")
      phase = .stopped(.diverged(round: round))
    case .tick: return watch(at: now)
    case .conclude(let patience): conclude(by: now + patience)
    case .stop: if isRunning { phase = .finished }
    }
    return []
  }

  private mutating func absorb(
    _ message: Message, from worker: WorkerID, at now: Moment
  ) -> [Action] {
    switch message {
    case .hello(let capacity, let isRelay):
      return join(worker, capacity: capacity, isRelay: isRelay, at: now)
    case .ping(let round, let leases, let capacity):
      reconcile(worker, round: round, leases: leases, capacity: capacity, at: now)
      return [.pong(worker)]
    case .computed(let leases, let sum, let elapsed):
      keep(sum, of: leases, from: worker, elapsed: elapsed, at: now)
    case .notFinite(let lease): refuse(lease, from: worker)
    case .died(let lease): mourn(lease, from: worker)
    case .goodbye: remove(worker, because: .itLeft)
    }
    return []
  }

  private mutating func settle(_ actions: inout [Action], at now: Moment) {
    if members.contains(where: { $0.capacity > 0 }) { lastCompany = now }
    settleCases(&actions, at: now)
    settleEnd(at: now)
    if let root = sums.root, phase == .gathering, root.counted == 0 {
      phase = .stopped(.nothingFinite(round: round))
    }
    if let root = sums.root, phase == .gathering {
      phase = .applying
      forgetPaces()
      noteParticipation()
      for index in members.indices { members[index].claims.removeAll { $0.lease.round == round } }
      actions.append(.apply(round: round, sum: root))
    }
    if isRunning {
      sendParameters(&actions)
      // All wait for the update that is due now; tasks of later rounds have time.
      if phase == .gathering { lend(&actions, at: now) }
    } else {
      actions += members.map { .dismiss($0.id) }
      (members, places, open) = ([], [:], [])
    }
  }

  public var isRunning: Bool { phase == .gathering || phase == .applying }

  /// The round's update was made: the next round's parameters exist from now on.
  private mutating func open(round next: Int, after applied: Int, at now: Moment) {
    precondition(
      phase != .gathering && applied == round,
      "round \(applied) was applied during \(round), \(phase)")
    round = next
    // An update that was under way when the run was ended counts, too.
    guard phase == .applying else { return }
    phase = next < rules.rounds.count && endsBy == nil ? .gathering : .finished
    sums = SumTree(batch: max(1, rules.rounds.tasks(in: next)))
    suspicions = Suspicions()
    open.removeAll { $0.round < next }
    for index in members.indices { members[index].share.removeAll { $0.round < next } }
    (roundBegan, isToInform) = (now, true)
    pace.beginRound()
  }

  private mutating func sendParameters(_ actions: inout [Action]) {
    guard phase == .gathering, isToInform else { return }
    isToInform = false
    for index in members.indices where members[index].informed != round && !members[index].isOverdue
    {
      members[index].informed = round
      actions.append(.parameters(round: round, to: members[index].id))
    }
  }
}
