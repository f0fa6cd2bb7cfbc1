public import Coordination
import Graphs
public import Logging
import NDArrays
public import Training
public import Transport
import Wire

/// The coordinator's process: polls, decodes, asks the state machine, and does what it says.
///
/// One thread owns it and its socket. Nothing is decided here.
public final class CoordinatorService {
  /// What went wrong between peers and this process.
  public struct Counters: Equatable, Sendable {
    public var refused = Refusals()
    /// Messages to workers that were gone or whose queue was full.
    public var undelivered = 0
  }

  /// What is known after a round.
  public struct Report {
    public enum Result {
      /// The step's tasks' mean support loss before adaptation, and mean query loss after it.
      case trained(lossBefore: Float, lossAfter: Float)
      case validated(Evaluation)
      case evaluated(Evaluation)
    }

    public var state: TrainingState
    public var result: Result
    /// The tasks that were left out of a training step.
    public var skipped: [Int]
    public var workers: Int
    /// Their threads.
    public var threads: Int
    /// Those threads' time in all answers since this process began.
    public var computed: Duration
    /// What peers sent since this process began that was refused.
    public var refused: Int
  }

  public internal(set) var state: TrainingState
  public private(set) var coordinator: Coordinator
  /// Called after every round, once its successor is under way.
  public var onRound: (Report) throws -> Void = { _ in }
  /// Called with what the coordinator has to tell people.
  public var onNotice: (Notice) -> Void = { _ in }
  /// Called a few times a second.
  public var onTick: () throws -> Void = {}

  /// Who may take part, if workers need keys.
  var keys: CoordinatorKeys?
  /// What peers may do before they are struck off.
  package var peerRules: PeerRules {
    get { discipline.rules }
    set { discipline.rules = newValue }
  }

  let run: Run
  let update: OuterUpdate
  let name: RunName
  let socket: RouterSocket
  let log: Logger
  let decoder: PacketDecoder
  var refusals: RefusalLog
  var discipline: Discipline
  var undelivered = 0
  /// Who draws its tasks' data itself. One that is forgotten is sent what it need not be sent.
  var drawing = LatestValues<WorkerID, Bool>(atMost: 8192)
  /// For whoever looks at the status.
  var roster = Roster()
  var pace = SmoothedRate(at: Moment(.zero))
  var arrivals = Throttle(burst: 64, pause: .seconds(10))
  var departures = Throttle(burst: 64, pause: .seconds(10))
  /// What follows from actions, and is handled after them.
  var pending: [Coordinator.Event] = []
  var reports: [Report] = []
  /// The message that tells workers of this round's parameters.
  var parameters: (round: Int, frame: Frame)?
  /// What a round is given, by the state there is.
  var given: (round: Int, values: Parameters<NDArray>)?
  private let wakeup: Wakeup
  private let interrupt: Interrupt
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant

  /// How often the state machine is told that time passes.
  private static let tick = Duration.milliseconds(20)
  /// How long a step may take after the run was asked to end.
  private static let grace = Duration.seconds(10)
  /// Frames taken in before time is looked at again.
  private static let burst = 64

  /// - Parameter socket: bound, and made with ``socketOptions(for:)``.
  public init(
    run: Run, state: TrainingState, epoch: UInt32, rules: Coordinator.Rules,
    socket: RouterSocket, wakeup: Wakeup, interrupt: Interrupt, log: Logger
  ) {
    (self.run, self.state) = (run, state)
    (self.socket, self.wakeup, self.interrupt, self.log) = (socket, wakeup, interrupt, log)
    update = OuterUpdate(run.trainer)
    name = RunName(run)
    refusals = RefusalLog(log)
    discipline = Discipline(PeerRules(ping: rules.patience / 6))
    decoder = PacketDecoder(limits: Limits(heardBy: run))
    start = clock.now
    coordinator = Coordinator(
      rules: rules, epoch: epoch, round: rules.rounds.first(after: state.step), at: Moment(.zero))
  }

  /// Options of a socket that takes no larger frame than a worker of this run has to send.
  public static func socketOptions(for run: Run) -> SocketOptions {
    var options = SocketOptions()
    options.linger = .milliseconds(500)
    options.maximumFrameBytes = Limits(heardBy: run).frameBytes
    return options
  }

  public var counters: Counters { Counters(refused: refusals.counts, undelivered: undelivered) }

  /// Sees to the run until it is over, stopped, or interrupted; answers with how it ended.
  public func serve() throws -> Coordinator.Phase {
    defer { refusals.summarize() }
    var nextTick = now
    while coordinator.isRunning {
      _ = socket.poll(wakeup, timeout: Self.tick, spin: .zero)
      wakeup.clear()
      if interrupt.request != nil { conclude() }
      // What was noticed of a peer is acted on after its last words.
      let noticed = socket.events()
      try takeIn()
      for worker in lost(among: noticed) { handle(.lost(worker)) }
      if now >= nextTick {
        handle(.tick)
        tendKeys()
        try onTick()
        nextTick = now + Self.tick
      }
      try report()
    }
    return coordinator.phase
  }

  /// What a plan's run is called on the wire.
  package static func run(of plan: RunPlan) -> UInt64 { RunName.run(plan) }

  /// Ends the run after its step, or soon.
  private func conclude() {
    guard coordinator.isRunning, coordinator.endsBy == nil else { return }
    let round = "\(run.rounds.kind(of: coordinator.round))"
    log.notice("asked to stop: finishing \(round); asked again, it stops at once")
    roster.note("asked to stop", at: now)
    handle(.conclude(within: Self.grace))
  }

  /// Ends the run where it is.
  public func stop() { handle(.stop) }

  var now: Moment { Moment(start.duration(to: clock.now)) }

  private func takeIn() throws {
    for _ in 0..<Self.burst {
      guard coordinator.isRunning, let (peer, frame) = socket.receive() else { break }
      receive(frame, from: peer)
      try report()
    }
  }

  /// Handles an event and what follows from it.
  func handle(_ event: Coordinator.Event) {
    pending.append(event)
    while !pending.isEmpty {
      let event = pending.removeFirst()
      let before = coordinator.counters
      for action in coordinator.handle(event, at: now) { perform(action) }
      noteDepartures(after: event, before)
      if coordinator.counters.turnedAway > before.turnedAway {
        refuse(.crowd, of: "\(event)", because: "\(coordinator.rules.mostWorkers) are there")
      }
    }
  }

  private func report() throws {
    defer { reports.removeAll(keepingCapacity: true) }
    for report in reports { try onRound(report) }
  }
}

extension Limits {
  /// What a worker of a run may send: the largest is a sum, or the rows of an evaluation.
  init(heardBy run: Run) {
    self.init()
    let measured = [run.evaluator, run.validator].compactMap { $0 }.map { $0.count * $0.width }
    frameBytes =
      4 * max(run.trainer.sums.count(ofTasks: run.trainer.batch), measured.max() ?? 0) + (64 << 10)
  }
}
