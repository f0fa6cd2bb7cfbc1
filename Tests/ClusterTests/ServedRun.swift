import Checkpoints
import Cluster
import Coordination
import Execution
import Foundation
import Locks
import Logging
import Telemetry
import Testing
import Training
import Transport

/// How patient tests are, before they hold that something awaited will not happen.
let patience: Duration = .seconds(30)

/// A plan that is quick in a debug build, on a batch whose tree is uneven.
func smallPlan(steps: Int) throws -> RunPlan {
  try RunPlan(yaml: smallPlanText(steps: steps), source: "small")
}

func smallPlanText(steps: Int) -> String {
  """
  steps: \(steps)
  batch: 7
  tasks: {family: sinusoid, shots: 3, query: 4}
  network: {kind: mlp, hidden: [6, 6], activation: tanh, initializer: {kind: glorot-uniform}}
  learner: {method: maml, inner-rate: 0.05}
  optimizer: {method: adam, rate: 0.01}
  evaluation: {tasks: 4, shots: 3, query: 4, inner-steps: 2}
  """
}

extension RunPlan {
  /// What a run of this plan means: the checkpoint of a trainer that has nobody to talk to.
  func trainedAlone() -> [UInt8] {
    Run(self).carriedOut().state.checkpoint(of: self).encoded()
  }
}

/// A coordinator's service on a thread of its own, and what can be seen of it from others.
final class ServedRun: Sendable {
  struct View: Sendable {
    var step = 0
    var workers = 0
    var refused = Refusals()
    var counters = Coordinator.Counters()
    var outcome: Outcome?
    var status: ClusterStatus?
  }

  struct Outcome: Sendable {
    var phase: Coordinator.Phase
    var checkpoint: [UInt8]
  }

  let run: Run
  let address: String
  let log = LogLines()
  /// Its keys, if it has any, and whom it lets in.
  let ring: KeyRing?
  private let view = Watched(View())
  private let isOver = Watched(false)

  /// - Parameter burst: what peers may say uninvited.
  init(
    _ plan: RunPlan, mostWorkers: Int = 100, audit: Audit? = nil, burst: Int = 512,
    patience: Duration = .seconds(2), ring: KeyRing? = nil
  ) throws {
    run = Run(plan)
    self.ring = ring
    let rules = Coordinator.Rules(
      rounds: run.rounds, patience: patience, mostWorkers: mostWorkers, audit: audit)
    let bound = Watched<Result<String, any Error>?>(nil)
    let (run, log, view, isOver) = (run, log, view, isOver)
    onThread {
      let result = Result {
        var options = CoordinatorService.socketOptions(for: run)
        options.handshakeTimeout = .milliseconds(500)
        let socket = RouterSocket(
          in: Context(), options: options.with(ring?.identification ?? .none))
        let address = try socket.bind("tcp://127.0.0.1:*")
        bound.update { $0 = .success(address) }
        return try Self.serve(run, rules, burst, socket, log, view, isOver)
      }
      if case .failure(let error) = result { bound.update { $0 = .failure(error) } }
    }
    address = try bound.await("an address") { $0 }.get()
  }

  private static func serve(
    _ run: Run, _ rules: Coordinator.Rules, _ burst: Int, _ socket: RouterSocket,
    _ log: LogLines, _ view: Watched<View>, _ isOver: Watched<Bool>
  ) throws {
    let wakeup = Wakeup()
    let service = CoordinatorService(
      run: run, state: run.initialState(), epoch: 3, rules: rules, socket: socket, wakeup: wakeup,
      interrupt: Interrupt([], waking: wakeup), log: log.logger)
    service.peerRules.burst = burst
    let identity = ClusterStatus.Identity(
      folder: "served", plan: run.plan.digest, epoch: 3, address: "here", process: 1)
    func show(_ outcome: Outcome?) {
      view.update {
        $0 = View(
          step: service.state.step, workers: service.coordinator.workers.count,
          refused: service.counters.refused, counters: service.coordinator.counters,
          outcome: outcome, status: service.status(of: identity, at: 1000))
      }
    }
    service.onTick = { [unowned service] in
      show(nil)
      if isOver.value { service.stop() }
    }
    defer { service.onTick = {} }
    let phase = try service.serve()
    show(Outcome(phase: phase, checkpoint: service.state.checkpoint(of: run.plan).encoded()))
  }

  /// Lets an honest worker join.
  ///
  /// - Parameters:
  ///   - place: where it connects; to the coordinator itself, if not given.
  ///   - draws: whether it draws its tasks' data.
  func addWorker(at place: String? = nil, draws: Bool = false) {
    let options = SocketOptions().with(ring?.dealer(ring?.honest) ?? .none)
    let (address, name) = (place ?? address, "honest:\(UInt32.random(in: 0...UInt32.max))")
    onThread {
      let wakeup = Wakeup()
      do {
        let service = try WorkerService(
          WorkerService.Configuration(
            address: address, threads: 1, name: name, software: "test", kernels: .fastest,
            loneliness: patience, draws: draws),
          id: WorkerID(UInt64.random(in: 1 << 32...UInt64.max)), context: Context(),
          options: options, wakeup: wakeup, interrupt: Interrupt([], waking: wakeup),
          log: Logger(label: "worker") { _ in SwiftLogNoOpLogHandler() })
        _ = try service.run()
      } catch { preconditionFailure("an honest worker failed: \(error)") }
    }
  }

  /// Ends the run where it is.
  func stop() throws {
    isOver.update { $0 = true }
    _ = try self.await("end") { $0.outcome }
  }

  /// Waits until there is an answer.
  func await<Answer>(_ what: String, _ answer: (View) -> Answer?) throws -> Answer {
    try view.await(what, answer)
  }

  var now: View { view.value }

  /// Waits for the end of the run, and for it to be the one that there is without a cluster.
  func expectRightEnd() throws {
    let outcome = try self.await("end") { $0.outcome }
    #expect(outcome.phase == .finished)
    #expect(outcome.checkpoint == run.plan.trainedAlone())
  }
}

/// The keys of a coordinator and of its honest workers.
struct KeyRing: Sendable {
  let keys = KeyPair.random()
  let honest = KeyPair.random()
  /// On the list as well, although it should not be.
  let hostile = KeyPair.random()
  let admissions: Admissions

  init() {
    admissions = Admissions(admitting: [honest.publicKey, hostile.publicKey])
  }

  var identification: Identification { .router(keys, admitting: admissions) }

  func dealer(_ keys: KeyPair?) -> Identification {
    keys.map { .dealer($0, to: self.keys.publicKey) } ?? .none
  }
}

/// Runs something on a thread of its own: it waits, as services do.
func onThread(_ body: @escaping @Sendable () -> Void) {
  let thread = Thread(block: body)
  thread.stackSize = 4 << 20
  thread.start()
}

/// A value that one thread sets and others wait for.
final class Watched<Value: Sendable>: Sendable {
  private let content: Locked<Value>
  private let changed = NSCondition()

  init(_ value: Value) { content = Locked(value) }

  var value: Value { content.withLock { $0 } }

  func update(_ change: (inout sending Value) -> Void) {
    changed.lock()
    defer { changed.unlock() }
    content.withLock { change(&$0) }
    changed.broadcast()
  }

  func await<Answer>(_ what: String, _ answer: (Value) -> Answer?) throws -> Answer {
    let deadline = Date(timeIntervalSinceNow: patience / .seconds(1))
    changed.lock()
    defer { changed.unlock() }
    while true {
      if let answer = answer(value) { return answer }
      guard changed.wait(until: deadline) else { break }
    }
    Issue.record("there was no \(what) in time: \(value)")
    throw CancellationError()
  }
}

/// What is logged, a line each.
final class LogLines: Sendable {
  private let content = Locked<[String]>([])

  var lines: [String] { content.withLock { $0 } }

  var logger: Logger {
    var logger = Logger(label: "test") { _ in Handler(lines: self) }
    logger.logLevel = .info
    return logger
  }

  fileprivate func append(_ line: String) { content.withLock { $0.append(line) } }

  private struct Handler: LogHandler {
    let lines: LogLines
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.append("\(event.level): \(event.message)") }
  }
}
