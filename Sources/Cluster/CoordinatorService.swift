public import Coordination
import Graphs
public import Logging
public import Training
public import Transport
import Wire

/// The coordinator's process: polls, decodes, asks the state machine, and does what it says.
///
/// One thread owns it and its socket. Nothing is decided here.
public final class CoordinatorService {
  /// What peers did wrong, and what did not get through to them.
  public struct Counters: Equatable, Sendable {
    /// Frames that are no message, by the reason's first words.
    public var malformed = 0
    /// Frames of peers that do not name themselves as workers do.
    public var foreign = 0
    /// Messages that are none a coordinator takes, or do not fit the run.
    public var unfit = 0
    /// Messages to workers whose queue was full.
    public var undelivered = 0
  }

  /// What is known after a step.
  public struct Report {
    public var state: TrainingState
    /// Means over the step's tasks.
    public var lossBefore: Float
    public var lossAfter: Float
    public var workers: Int
  }

  public private(set) var state: TrainingState
  public private(set) var coordinator: Coordinator
  public private(set) var counters = Counters()
  /// Called after every step, once its successor is under way.
  public var onStep: (Report) throws -> Void = { _ in }
  /// Called a few times a second.
  public var onTick: () -> Void = {}

  private let trainer: Trainer
  private let plan: RunPlan
  private let name: RunName
  private let socket: RouterSocket
  private let wakeup: Wakeup
  private let interrupt: Interrupt
  private let log: Logger
  private let decoder = PacketDecoder(limits: Limits())
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  /// What follows from actions, and is handled after them.
  private var pending: [Coordinator.Event] = []
  private var reports: [Report] = []
  private var parametersFrame: (step: Int, frame: [UInt8])?

  /// How often the state machine is told that time passes.
  private static let tick = Duration.milliseconds(20)
  /// Frames taken in before time is looked at again.
  private static let burst = 64

  public init(
    plan: RunPlan, trainer: Trainer, state: TrainingState, epoch: UInt32,
    rules: Coordinator.Rules, socket: RouterSocket, wakeup: Wakeup, interrupt: Interrupt,
    log: Logger
  ) {
    (self.plan, self.trainer, self.state) = (plan, trainer, state)
    (self.socket, self.wakeup, self.interrupt, self.log) = (socket, wakeup, interrupt, log)
    name = RunName(plan, trainer)
    start = clock.now
    coordinator = Coordinator(
      rules: rules, epoch: epoch, step: state.step, at: Moment(.zero))
  }

  /// Trains until the run is over, stopped, or interrupted; answers with how it ended.
  public func run() throws -> Coordinator.Phase {
    var nextTick = now
    while coordinator.isRunning {
      _ = socket.poll(wakeup, timeout: Self.tick, spin: .microseconds(0))
      wakeup.clear()
      if interrupt.request != nil { handle(.stop) }
      // What was noticed of a peer is acted on after its last words.
      let noticed = socket.events()
      try takeIn()
      noticed.forEach(notice)
      if now >= nextTick {
        handle(.tick)
        onTick()
        nextTick = now + Self.tick
      }
      try report()
    }
    return coordinator.phase
  }

  /// Ends the run where it is.
  public func stop() { handle(.stop) }

  private var now: Moment { Moment(start.duration(to: clock.now)) }

  private func takeIn() throws {
    for _ in 0..<Self.burst {
      guard coordinator.isRunning, let (peer, frame) = socket.receive() else { return }
      guard let worker = WorkerID(peer) else {
        counters.foreign += 1
        continue
      }
      receive(frame, from: worker)
      try report()
    }
  }

  private func notice(_ event: PeerEvent) {
    switch event {
    case .stranger: counters.foreign += 1
    case .lost(let peer): WorkerID(peer).map { handle(.lost($0)) }
    }
  }

  /// Handles an event and what follows from it.
  private func handle(_ event: Coordinator.Event) {
    pending.append(event)
    while !pending.isEmpty {
      let event = pending.removeFirst()
      for action in coordinator.handle(event, at: now) { perform(action) }
    }
  }

  private func report() throws {
    defer { reports.removeAll(keepingCapacity: true) }
    for report in reports { try onStep(report) }
  }
}

// MARK: - Messages in

extension CoordinatorService {
  private func receive(_ frame: Frame, from worker: WorkerID) {
    do {
      receive(try frame.decoded(by: decoder), from: worker)
    } catch {
      counters.malformed += 1
      log.debug("refused a message", metadata: ["worker": "\(worker)", "why": "\(error)"])
      send(.refusal(.init(error.refusal, "\(error)")), to: worker)
    }
  }

  private func receive(_ packet: Packet, from worker: WorkerID) {
    let epoch = packet.run == name.run ? packet.epoch : 0
    switch packet.message {
    case .hello(let hello): greet(hello, worker)
    case .ping(let ping):
      handle(
        .message(.ping(step: ping.step, leases: ping.leases), from: worker, epoch: epoch))
    case .metaGradient(let answer): receive(answer, from: worker, epoch)
    case .goodbye: handle(.message(.goodbye, from: worker, epoch: epoch))
    case .refusal(let refusal):
      log.warning(
        "a worker left", metadata: ["worker": "\(worker)", "why": "\(refusal.text)"])
      handle(.message(.goodbye, from: worker, epoch: epoch))
    case .welcome, .parameters, .taskBatch, .pong: counters.unfit += 1
    }
  }

  private func greet(_ hello: Message.Hello, _ worker: WorkerID) {
    guard hello.numerics == numericsVersion else {
      let text =
        "the coordinator computes by version \(numericsVersion) of the arithmetic,"
        + " the worker (\(hello.software)) by version \(hello.numerics)"
      log.warning("refused a worker", metadata: ["worker": "\(hello.name)", "why": "\(text)"])
      return send(.refusal(.init(.numerics, text)), to: worker)
    }
    log.info("worker joined", metadata: ["worker": "\(worker)", "name": "\(hello.name)"])
    let capacity = min(hello.capacity, Self.mostThreads)
    handle(.message(.hello(capacity: capacity), from: worker, epoch: coordinator.epoch))
  }

  /// More threads than this are taken for this many.
  private static let mostThreads = 1024

  private func receive(
    _ answer: Message.MetaGradient, from worker: WorkerID, _ epoch: UInt32
  ) {
    guard let message = message(answer) else {
      counters.unfit += 1
      return
    }
    handle(.message(message, from: worker, epoch: epoch))
  }

  private func message(_ answer: Message.MetaGradient) -> Coordinator.Message? {
    switch answer.outcome {
    case .notFinite: return .notFinite(lease: answer.lease)
    case .sum(let values):
      guard
        values.count == trainer.sums.count,
        let range = TaskRange(answer.tasks, ofBatch: trainer.batch)
      else { return nil }
      let sum = TaskSum(range: range, values: values)
      return .computed(lease: answer.lease, sum: sum, elapsed: answer.time)
    }
  }
}

// MARK: - Actions

extension CoordinatorService {
  private func perform(_ action: Coordinator.Action) {
    switch action {
    case .welcome(let worker): send(.welcome(welcome), to: worker)
    case .introduce(let worker):
      send(.refusal(.init(.unknownWorker, "introduce yourself")), to: worker)
    case .parameters(let step, let worker): sendParameters(step, to: worker)
    case .lease(let lease, let attempt, let worker): send(lease, attempt, to: worker)
    case .pong(let worker): send(.pong, to: worker)
    case .dismiss(let worker): send(.goodbye(farewell), to: worker)
    case .apply(let step, let sum): apply(sum, step)
    }
  }

  private func apply(_ sum: TaskSum, _ step: Int) {
    state = trainer.applying(sum.values, to: state)
    let tasks = Float(trainer.batch)
    reports.append(
      Report(
        state: state, lossBefore: sum.values[0] / tasks, lossAfter: sum.values[1] / tasks,
        workers: coordinator.workers.count))
    pending.append(.applied(step: step))
  }

  private var welcome: Message.Welcome {
    Message.Welcome(
      plan: plan.description, planDigest: name.plan, programDigest: name.program,
      ping: coordinator.rules.patience / 6, patience: coordinator.rules.patience)
  }

  private var farewell: Message.Goodbye {
    switch coordinator.phase {
    case .stopped(let failure): .init(.failed, failure.description)
    case .finished where coordinator.step < plan.steps: .init(.paused, "the run was interrupted")
    case .gathering, .applying, .finished: .init(.runOver, "")
    }
  }

  /// All workers get the same bytes, so they are made once.
  private func sendParameters(_ step: Int, to worker: WorkerID) {
    if parametersFrame?.step != step {
      let message = Message.parameters(
        .init(step: step, tensors: state.parameters.namedArrays))
      parametersFrame = (step, Wire.encode(packet(message)))
    }
    if let bytes = parametersFrame?.frame { send(Frame(bytes), to: worker) }
  }

  private func send(_ lease: Lease, _ attempt: Int, to worker: WorkerID) {
    let episodes =
      plan.episodes == .sent ? trainer.episodes(step: lease.step, lease.range).namedArrays : []
    send(
      .taskBatch(
        .init(
          step: lease.step, lease: lease.id, attempt: attempt, tasks: lease.range.indices,
          episodes: episodes)),
      to: worker)
  }

  private func packet(_ message: Message) -> Packet {
    Packet(run: name.run, epoch: coordinator.epoch, message)
  }

  private func send(_ message: Message, to worker: WorkerID) {
    send(Frame(packet(message)), to: worker)
  }

  private func send(_ frame: Frame, to worker: WorkerID) {
    switch socket.send(frame, to: worker.peer) {
    case .sent: break
    case .full: counters.undelivered += 1
    case .gone:
      counters.undelivered += 1
      pending.append(.lost(worker))
    }
  }
}

extension Coordinator.Failure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .poisonedTask(let step, let task, let workers):
      "step \(step) stopped at task \(task): \(workers.count) workers died computing it"
    case .notFinite(let step, let task):
      "step \(step) stopped at task \(task): its meta-gradient is not finite, whoever computes it;"
        + " training diverged"
    case .noWorkers(let since):
      "no worker has been there for \(since.components.seconds) s"
    }
  }
}
