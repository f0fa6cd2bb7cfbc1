import Cluster
import Coordination
import Foundation
import Transport
import Wire

/// A worker's own state machine and its own messages, around sums of nothing.
final class PretendWorker {
  private let answer: [Float]
  private let taskTime: Duration
  private let socket: DealerSocket
  private let decoder = PacketDecoder(limits: Limits())
  private let wakeup = Wakeup()
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var worker: Worker
  private var run: UInt64 = 0
  private var leases: [Lease.ID: Lease] = [:]
  private var pending: [Worker.Event] = []
  private var isOver = false

  init(sumCount: Int, taskTime: Duration, in context: Context, options: SocketOptions) {
    answer = [Float](repeating: 0, count: sumCount)
    self.taskTime = taskTime
    start = clock.now
    worker = Worker(rules: Worker.Rules(loneliness: .seconds(60)), capacity: 1, at: Moment(.zero))
    let id = WorkerID(UInt64.random(in: 0...UInt64.max))
    socket = DealerSocket(in: context, name: id.peer, options: options)
  }

  func run(_ address: String) {
    do { try socket.connect(address) } catch { preconditionFailure("\(error)") }
    while !isOver {
      handle(.tick)
      for event in socket.events() where event == .connected { handle(.connected) }
      while !isOver, let frame = socket.receive() { receive(frame) }
      if !isOver { _ = socket.poll(wakeup, timeout: .milliseconds(100)) }
    }
  }

  private func receive(_ frame: Frame) {
    guard let packet = try? frame.withUnsafeBytes({ try decoder.decode($0) }) else {
      preconditionFailure("the coordinator's frame is damaged")
    }
    guard let message = message(packet) else { return }
    handle(.message(message, epoch: packet.epoch))
  }

  private func message(_ packet: Packet) -> Worker.Message? {
    switch packet.message {
    case .welcome:
      run = packet.run
      return .welcome
    case .parameters(let message): return .parameters(round: message.round)
    case .taskBatch(let batch):
      let range = TaskRange(lower: batch.tasks.lowerBound, upper: batch.tasks.upperBound)
      let lease = Lease(id: batch.lease, round: batch.round, range: range)
      leases[lease.id] = lease
      return .lease(lease)
    case .pong: return .pong
    case .refusal(let refusal) where refusal.reason == .unknownWorker: return .unknown
    case .refusal(let refusal): return .refused(refusal.text)
    case .goodbye: return .dismissed
    case .hello, .metaGradient, .ping: return nil
    }
  }

  private func handle(_ event: Worker.Event) {
    pending.append(event)
    while !pending.isEmpty {
      let event = pending.removeFirst()
      for action in worker.handle(event, at: Moment(start.duration(to: clock.now))) {
        perform(action)
      }
    }
  }

  private func perform(_ action: Worker.Action) {
    switch action {
    case .introduce:
      send(
        .hello(
          .init(numerics: numericsVersion, software: "benchmark", name: "pretend:1", capacity: 1)))
    case .compute(let lease):
      pass(taskTime * lease.range.count)
      pending.append(.computed(lease.id))
    case .answer(let id):
      guard let lease = leases.removeValue(forKey: id) else { return }
      send(
        .metaGradient(
          .init(
            round: lease.round, leases: [id], tasks: lease.range.indices,
            time: taskTime * lease.range.count, outcome: .sum(answer))))
    case .forget(let id): leases[id] = nil
    case .ping(let round, let leases): send(.ping(.init(round: round, leases: leases, capacity: 1)))
    case .end: isOver = true
    case .adopt, .goodbye, .reconnect: break
    }
  }

  /// Lets time pass as computing would, but for the most part without a processor: what else the
  /// machine has to do is not to be measured.
  private func pass(_ time: Duration) {
    let end = clock.now + time
    let asleep = time - .microseconds(200)
    if asleep > .zero { usleep(UInt32(asleep / .microseconds(1))) }
    while clock.now < end {}
  }

  private func send(_ message: Message) {
    Wire.withEncoding(of: Packet(run: run, epoch: worker.epoch ?? 0, message)) { encoding in
      let frame = Frame(count: encoding.byteCount)
      frame.withUnsafeMutableBytes { encoding.write(to: $0) }
      _ = socket.send(frame)
    }
  }
}
