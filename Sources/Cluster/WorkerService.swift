public import Coordination
public import Episodes
public import Execution
public import Files
import Graphs
import Locks
public import Logging
import NDArrays
public import Training
public import Transport
import Wire

/// A worker's process: polls, decodes, asks the state machine, and does what it says.
///
/// One thread owns it and its socket; others compute. What it needs to know of the run comes from
/// the coordinator.
public final class WorkerService {
  public struct Configuration: Sendable {
    public var address: String
    public var threads: Int
    /// Where this worker runs, as `host:process`.
    public var name: String
    public var software: String
    public var kernels: Kernels
    /// How long to look for a coordinator; `nil` is for ever.
    public var loneliness: Duration?
    /// What the coordinator's plan can name.
    public var catalogue: Catalogue
    /// Opens a file of images by its path, where the plan wants tasks drawn here.
    public var images: @Sendable (String) throws -> any ImageSource

    public init(
      address: String, threads: Int, name: String, software: String, kernels: Kernels,
      loneliness: Duration?, catalogue: Catalogue = .standard,
      images: @escaping @Sendable (String) throws -> any ImageSource = { path in
        throw FileError.missing(path: path)
      }
    ) {
      (self.address, self.threads, self.name) = (address, threads, name)
      (self.software, self.kernels, self.loneliness) = (software, kernels, loneliness)
      (self.catalogue, self.images) = (catalogue, images)
    }
  }

  private let configuration: Configuration
  private let wakeup: Wakeup
  private let interrupt: Interrupt
  private let log: Logger
  private let decoder = PacketDecoder(limits: Limits())
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant

  private let uplink: Uplink
  private var worker: Worker
  private var session: Session?
  /// What came with a lease, until its answer is sent or it is forgotten.
  private var held: [Lease.ID: Held] = [:]
  private var parameters: (round: Int, values: Parameters<NDArray>)?
  private var arriving: (round: Int, values: Parameters<NDArray>)?
  private let outcomes = Outcomes()
  private var pending: [Worker.Event] = []
  /// Leases to be computed on this thread when the actions they came with are performed.
  private var short: [LeaseRunner.Job] = []

  private struct Held {
    var lease: Lease
    var episodes: Episode<PackedArray>?
    var outcome: LeaseRunner.Outcome?
  }

  private static let tick = Duration.milliseconds(50)

  /// - Parameter id: drawn at random for this life of the process.
  public init(
    _ configuration: Configuration, id: WorkerID, context: Context, options: SocketOptions,
    wakeup: Wakeup, interrupt: Interrupt, log: Logger
  ) throws(TransportError) {
    (self.configuration, self.log) = (configuration, log)
    (self.wakeup, self.interrupt) = (wakeup, interrupt)
    start = clock.now
    worker = Worker(
      rules: Worker.Rules(loneliness: configuration.loneliness), capacity: configuration.threads,
      at: Moment(.zero))
    uplink = try Uplink(
      configuration.address, as: id, in: context, options: options, log: log)
    // It computes on this thread, then.
    if configuration.threads == 1 { Turn.usual.adopt() }
  }

  /// Serves until dismissed, refused, interrupted, or alone for too long; answers with which.
  public func run() throws -> Worker.Reason {
    defer { session?.pool.shutDown() }
    var nextTick = now
    while true {
      let timeout = max(.zero, nextTick - now)
      _ = uplink.socket.poll(wakeup, timeout: timeout)
      wakeup.clear()
      noteConnections()
      for outcome in outcomes.takeAll() { finish(outcome) }
      while !isOver, let frame = uplink.socket.receive() { receive(frame) }
      if interrupt.request != nil { handle(.leave) }
      if now >= nextTick {
        handle(.tick)
        uplink.tick(at: now)
        nextTick = now + Self.tick
      }
      if case .over(let reason) = worker.phase { return reason }
    }
  }

  private var now: Moment { Moment(start.duration(to: clock.now)) }

  private var isOver: Bool { if case .over = worker.phase { true } else { false } }

  private func noteConnections() {
    for event in uplink.events(at: now) {
      switch event {
      case .connected: handle(.connected)
      case .denied:
        handle(.message(.refused("this worker's key was revoked or struck off"), epoch: 0))
      }
    }
  }

  private func handle(_ event: Worker.Event) {
    pending.append(event)
    while !pending.isEmpty {
      let event = pending.removeFirst()
      for action in worker.handle(event, at: now) { perform(action) }
      computeHere()
    }
  }
}

/// The run as this worker knows it.
private struct Session {
  var name: RunName
  var run: Run
  var pool: ComputePool
  /// The runner of a pool of one thread: it computes short leases on the thread that has them already.
  /// Never on both, since such a worker computes one lease at a time, still wanted or not.
  let runner: LeaseRunner?
  /// Of the last lease.
  var taskTime: Duration?

  /// Handing a lease to another thread and back costs as much as a short one takes; meanwhile nobody
  /// listens, so it must be.
  func computesHere(_ tasks: Int) -> Bool {
    runner != nil && taskTime.map { $0 * tasks < .milliseconds(50) } ?? false
  }
}

/// Results on their way from the compute threads to the thread that owns the socket.
private final class Outcomes: Sendable {
  private let values = Locked<[LeaseRunner.Outcome]>([])

  func append(_ outcome: LeaseRunner.Outcome) { values.withLock { $0.append(outcome) } }

  func takeAll() -> [LeaseRunner.Outcome] {
    values.withLock { values in
      defer { values.removeAll(keepingCapacity: true) }
      return values
    }
  }
}

// MARK: - Messages in

extension WorkerService {
  private func receive(_ frame: Frame) {
    do {
      receive(try frame.decoded(by: decoder))
    } catch {
      log.warning("ignored a message", metadata: ["why": "\(error)"])
      // It refuses this worker, then, in words that only it understands.
      guard case .version = error, case .introducing = worker.phase else { return }
      handle(.message(.refused("\(error)"), epoch: 0))
    }
  }

  private func receive(_ packet: Packet) {
    switch packet.message {
    case .welcome(let welcome): enter(welcome, packet)
    case .parameters(let message): receive(message, packet.epoch)
    case .taskBatch(let batch): receive(batch, packet.epoch)
    case .pong: handle(.message(.pong, epoch: packet.epoch))
    case .refusal(let refusal) where refusal.reason == .unknownWorker:
      handle(.message(.unknown, epoch: packet.epoch))
    case .refusal(let refusal): handle(.message(.refused(refusal.text), epoch: packet.epoch))
    case .goodbye(let goodbye) where goodbye.reason == .paused:
      log.info("the coordinator paused; waiting for it to come back")
      handle(.message(.unknown, epoch: packet.epoch))
    case .goodbye(let goodbye) where goodbye.reason == .failed:
      handle(.message(.refused(goodbye.text), epoch: packet.epoch))
    case .goodbye: handle(.message(.dismissed, epoch: packet.epoch))
    case .hello, .metaGradient, .ping: log.warning("ignored a message only workers send")
    }
  }

  /// Learns what the run is, unless it is the one known already.
  private func enter(_ welcome: Message.Welcome, _ packet: Packet) {
    guard worker.mayEnter(packet.epoch) else { return }
    if session?.name.plan != welcome.planDigest {
      do throws(Unfit) { try begin(welcome) } catch {
        return refuse(error.reason, error.text, packet)
      }
    }
    guard let session, session.name.program == welcome.programDigest else {
      return refuse(
        .program,
        "the worker compiled program \(session?.name.program ?? "none"),"
          + " the coordinator \(welcome.programDigest)", packet)
    }
    worker.rules = Worker.Rules(
      ping: welcome.ping, patience: welcome.patience, loneliness: configuration.loneliness)
    handle(.message(.welcome, epoch: packet.epoch))
  }

  /// Why this worker cannot take part in a run.
  private struct Unfit: Error {
    var reason: Message.Refusal.Reason
    var text: String
  }

  private func begin(_ welcome: Message.Welcome) throws(Unfit) {
    let plan = try plan(of: welcome)
    session?.pool.shutDown()
    session = nil
    let run = Run(plan, kernels: configuration.kernels)
    let (outcomes, wakeup) = (outcomes, wakeup)
    let runners = (0..<configuration.threads).map { _ in LeaseRunner(run) }
    let pool = ComputePool(runners) { outcome in
      outcomes.append(outcome)
      wakeup.signal()
    }
    session = Session(
      name: RunName(run), run: run, pool: pool, runner: runners.count == 1 ? runners[0] : nil)
  }

  private func plan(of welcome: Message.Welcome) throws(Unfit) -> RunPlan {
    let plan: RunPlan
    do throws(PlanError) {
      plan = try RunPlan(
        yaml: welcome.plan, source: "the coordinator's plan", catalogue: configuration.catalogue)
    } catch {
      throw Unfit(reason: .malformed, text: "\(error)")
    }
    guard plan.isComplete else {
      throw Unfit(reason: .malformed, text: "the coordinator's plan does not say what images are")
    }
    guard plan.episodes == .drawnByWorker, let file = plan.imageFile else { return plan }
    do { return try plan.drawing(from: configuration.images(file)) } catch {
      throw Unfit(reason: .data, text: "\(configuration.name) cannot draw tasks: \(error)")
    }
  }

  /// Tells the coordinator why this worker cannot take part, and ends.
  private func refuse(_ reason: Message.Refusal.Reason, _ text: String, _ packet: Packet) {
    uplink.send(Packet(run: packet.run, epoch: packet.epoch, .refusal(.init(reason, text))))
    handle(.message(.refused(text), epoch: packet.epoch))
  }

  private func receive(_ message: Message.Parameters, _ epoch: UInt32) {
    guard
      let session, (0..<session.run.rounds.count).contains(message.round),
      let values = Parameters(message.tensors, layout: session.run.given(in: message.round))
    else { return log.warning("ignored parameters that do not fit the plan") }
    arriving = (message.round, values)
    handle(.message(.parameters(round: message.round), epoch: epoch))
    arriving = nil
  }

  private func receive(_ batch: Message.TaskBatch, _ epoch: UInt32) {
    guard
      let session, (0..<session.run.rounds.count).contains(batch.round),
      let range = TaskRange(batch.tasks, ofBatch: session.run.rounds.tasks(in: batch.round))
    else { return log.warning("ignored tasks that do not fit the plan") }
    let lease = Lease(id: batch.lease, round: batch.round, range: range)
    let episodes: Episode<PackedArray>?
    switch session.run.plan.episodes {
    case .drawnByWorker: episodes = nil
    case .sent:
      episodes = Episode(
        batch.episodes, tasks: range.count, shapes: session.run.shapes(of: batch.round))
      guard episodes != nil else { return log.warning("ignored episodes that do not fit the plan") }
    }
    held[lease.id] = held[lease.id] ?? Held(lease: lease, episodes: episodes)
    handle(.message(.lease(lease), epoch: epoch))
  }
}

// MARK: - Actions

extension WorkerService {
  private func perform(_ action: Worker.Action) {
    switch action {
    case .introduce: introduce()
    case .adopt: parameters = arriving
    case .compute(let lease): compute(lease)
    case .answer(let lease): answer(lease)
    case .forget(let lease): held[lease] = nil
    case .ping(let round, let leases):
      send(.ping(.init(round: round, leases: leases, capacity: configuration.threads)))
    case .goodbye: send(.goodbye(.init(.leaving, "")))
    case .reconnect: uplink.reconnect()
    case .end: break
    }
  }

  private func introduce() {
    send(
      .hello(
        .init(
          numerics: numericsVersion, software: configuration.software, name: configuration.name,
          capacity: configuration.threads)))
  }

  private func compute(_ lease: Lease) {
    guard let session, let parameters, parameters.round == lease.round, let held = held[lease.id]
    else { preconditionFailure("lease \(lease) came to be computed without its data") }
    let job = LeaseRunner.Job(
      lease: lease,
      episodes: held.episodes
        ?? session.run.episodes(lease.round, lease.range, given: parameters.values),
      parameters: parameters.values)
    guard session.computesHere(lease.range.count) else { return session.pool.submit(job) }
    short.append(job)
  }

  /// Computes the leases that are too short for another thread, once there is nothing else to do.
  private func computeHere() {
    for job in short {
      guard let runner = session?.runner else { break }
      note(runner.compute(job))
      pending.append(.computed(job.lease.id))
    }
    short.removeAll(keepingCapacity: true)
  }

  private func note(_ outcome: LeaseRunner.Outcome) {
    session?.taskTime = outcome.elapsed / outcome.sum.range.count
    held[outcome.lease]?.outcome = outcome
  }

  private func finish(_ outcome: LeaseRunner.Outcome) {
    note(outcome)
    handle(.computed(outcome.lease))
  }

  private func answer(_ lease: Lease.ID) {
    guard let held = held.removeValue(forKey: lease), let outcome = held.outcome else { return }
    send(
      .metaGradient(
        .init(
          round: held.lease.round, leases: [lease], tasks: held.lease.range.indices,
          time: outcome.elapsed, outcome: .init(outcome.sum.values))))
  }

  private func send(_ message: Message) {
    uplink.send(Packet(run: session?.name.run ?? 0, epoch: worker.epoch ?? 0, message))
  }
}
