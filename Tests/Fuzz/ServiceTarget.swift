import Cluster
import Coordination
import Foundation
import Logging
import NDArrays
import Training
import Transport
import Wire

/// `CoordinatorService`: frames of honest and other workers, whole, changed and sealed again, all the
/// way through decoder, coordinator and outer update.
///
/// Its workers are connected, so answers find their way out; some who speak are not. Deadlines are
/// longer than a round, so a round follows from its seed although the service looks at the clock.
final class ServiceTarget: FuzzTarget {
  static let name = "service"
  private static let inputsPerRound = 1000
  private static let steps = 30

  private let run: Run
  private let corpus: Corpus
  private var counts: [String: Int] = [:]

  init() throws {
    let plan = try RunPlan(
      yaml: """
        steps: \(Self.steps)
        batch: 5
        tasks: {family: sinusoid, shots: 2, query: 2}
        network: {kind: mlp, hidden: [3], activation: tanh, initializer: {kind: glorot-uniform}}
        learner: {method: maml, inner-rate: 0.05}
        optimizer: {method: adam, rate: 0.01}
        validation: {every: 7, tasks: 3, inner-steps: 1}
        evaluation: {tasks: 4, inner-steps: 1}
        """, source: "fuzz")
    run = Run(plan)
    corpus = try Corpus()
  }

  func round(_ key: RandomKey, show: (() -> String) -> Void) throws {
    var random = key.stream
    let stage = try Stage(run)
    for _ in 0..<Self.inputsPerRound where stage.service.coordinator.isRunning {
      let (peer, frame) = try input(stage, &random)
      show { "\(peer): " + frame.map { String(format: "%02x", $0) }.joined() }
      let before = stage.service.counters.refused.total
      stage.service.receive(Frame(frame), from: peer)
      let isRefused = stage.service.counters.refused.total > before
      counts[isRefused ? "refused" : "taken in", default: 0] += 1
      try check(stage)
    }
    counts["steps", default: 0] += stage.service.state.step
  }

  var summary: [String] { counts.sorted { $0.key < $1.key }.map { "\($0.value)\t\($0.key)" } }

  private func check(_ stage: Stage) throws {
    let (service, coordinator) = (stage.service, stage.service.coordinator)
    guard service.state.isFinite else { throw Finding(text: "parameters are not finite") }
    guard (run.rounds.first(after: service.state.step)...).contains(coordinator.round) else {
      throw Finding(
        text: "the state is of step \(service.state.step), the coordinator at \(coordinator.round)")
    }
    stage.drain()
  }
}

// MARK: - Inputs

extension ServiceTarget {
  private func input(_ stage: Stage, _ random: inout RandomStream) throws -> (PeerID, [UInt8]) {
    let worker = WorkerID(UInt64(1 + random.below(Stage.workers + 2)))
    let frame = Wire.encode(packet(from: worker, stage, &random))
    let peer = random.below(50) == 0 ? PeerID(random.bytes(1 + random.below(16))) : nil
    guard random.below(3) == 0, let donor = random.element(of: corpus.records) else {
      return (peer ?? worker.peer, frame)
    }
    return (peer ?? worker.peer, corpus.changed(frame, donor: donor, &random))
  }

  private func packet(
    from worker: WorkerID, _ stage: Stage, _ random: inout RandomStream
  ) -> Packet {
    let run = random.below(40) == 0 ? random.integer() : stage.name
    let epoch = random.below(40) == 0 ? UInt32(truncatingIfNeeded: random.integer()) : Stage.epoch
    return Packet(run: run, epoch: epoch, message(from: worker, stage, &random))
  }

  private func message(
    from worker: WorkerID, _ stage: Stage, _ random: inout RandomStream
  ) -> Message {
    let leases = stage.service.coordinator.leases(of: worker)
    switch random.below(30) {
    case 0: return .goodbye(.init(.leaving, ""))
    case 1: return .refusal(.init(.malformed, "no"))
    case 2...4:
      return .hello(
        .init(
          numerics: random.below(20) == 0 ? 7 : numericsVersion, software: "fuzz", name: "fuzz:1",
          capacity: 1 + random.below(random.below(20) == 0 ? 5000 : 3), draws: random.below(2) == 0)
      )
    case 5...7:
      return .ping(
        .init(
          round: stage.service.coordinator.round, leases: leases.map(\.id),
          capacity: random.below(4)))
    case 8: return .pong
    default: return .metaGradient(answer(to: random.element(of: leases), &random))
    }
  }

  /// How many values the right answer has.
  private func due(_ lease: Lease) -> Int {
    switch run.work(in: lease.round) {
    case .training: run.trainer.sums.count(ofTasks: lease.range.count)
    case .validation(let evaluator, _), .evaluation(let evaluator):
      lease.range.count * evaluator.width
    }
  }

  private func answer(
    to lease: Lease?, _ random: inout RandomStream
  ) -> Message.MetaGradient {
    let lease = lease ?? Lease(id: random.integer(), round: 0, range: run.tasks(in: 0))
    let count = random.below(100) == 0 ? random.below(200) : due(lease)
    let scale: Float = random.below(1000) == 0 ? 1e38 : 1
    let values = (0..<count).map { _ in scale * random.uniform(-1...1) }
    return Message.MetaGradient(
      round: lease.round, leases: [lease.id], tasks: lease.range.indices,
      time: .microseconds(Int64(random.below(1 << 20))),
      outcome: [.notFinite, .died, .init(values)][min(2, random.below(200))])
  }
}

// MARK: - The service and its workers

/// A service with a socket, and sockets of the workers it talks to, all on this thread.
private final class Stage {
  static let workers = 4
  static let epoch: UInt32 = 3

  let service: CoordinatorService
  let name: UInt64
  private let dealers: [DealerSocket]
  private let path = NSTemporaryDirectory() + "fuzz-\(getpid())"

  init(_ run: Run) throws {
    let (context, wakeup) = (Context(), Wakeup())
    let socket = RouterSocket(in: context, options: SocketOptions())
    let address = try socket.bind("ipc://\(path)")
    dealers = try (1...Self.workers).map { number in
      let dealer = DealerSocket(
        in: context, name: WorkerID(UInt64(number)).peer, options: SocketOptions())
      try dealer.connect(address)
      while dealer.send(Frame([])) != .sent { _ = dealer.poll(wakeup, timeout: .milliseconds(1)) }
      while socket.receive() == nil { _ = socket.poll(wakeup, timeout: .milliseconds(1)) }
      return dealer
    }
    name = CoordinatorService.run(of: run.plan)
    service = CoordinatorService(
      run: run, state: run.initialState(), epoch: Self.epoch,
      rules: Coordinator.Rules(
        rounds: run.rounds, patience: .seconds(600), hurry: .seconds(600),
        mostWorkers: 5),
      socket: socket, wakeup: wakeup, interrupt: Interrupt([], waking: wakeup),
      log: Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() })
    // Much is said at once here.
    (service.peerRules.burst, service.peerRules.offences) = (1 << 30, 1 << 30)
  }

  deinit { unlink(path) }

  /// Reads what the service said, so that its queues do not fill.
  func drain() { for dealer in dealers { while dealer.receive() != nil {} } }
}
