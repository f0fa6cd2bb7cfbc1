import Coordination
import Logging
import Transport
import Wire

extension RelayService {
  func perform(_ action: Relay.Action) {
    switch action {
    case .introduce(let capacity): introduce(min(capacity, mostLeasesAtOnce))
    case .ping(let round, let leases, let capacity):
      send(
        .ping(
          .init(round: round, leases: leases, capacity: min(capacity, mostLeasesAtOnce))))
    case .answer(let leases, let sum, let elapsed):
      answer(leases, sum.range, elapsed, .init(sum.values))
    case .notFinite(let lease): answer([lease], lease.range, .zero, .notFinite)
    case .died(let lease): answer([lease], lease.range, .zero, .died)
    case .forget(let lease): batches[lease] = nil
    case .goodbye: send(.goodbye(.init(.leaving, "")))
    case .reconnect: uplink.reconnect()
    case .end(let reason): log.info("the relay ends", metadata: ["why": "\(reason)"])
    case .adopt: parameters = arriving
    case .welcome(let worker): pass(welcome, to: worker)
    case .ask(let worker):
      send(.refusal(.init(.unknownWorker, "introduce yourself")), to: worker)
    case .parameters(let worker): pass(parameters, to: worker)
    case .lease(let lease, let worker):
      discipline.invite(worker.peer, at: now)
      pass(batches[lease]?.frame, to: worker)
    case .pong(let worker): send(.pong, to: worker)
    case .dismiss(let worker): send(.goodbye(farewell), to: worker)
    }
  }

  private func introduce(_ capacity: Int) {
    send(
      .hello(
        .init(
          numerics: numericsVersion, software: configuration.software, name: configuration.name,
          capacity: capacity, isRelay: true)))
  }

  private func answer(
    _ leases: [Lease], _ range: TaskRange, _ elapsed: Duration,
    _ outcome: Message.MetaGradient.Outcome
  ) {
    guard let round = leases.first?.round else { return }
    send(
      .metaGradient(
        .init(
          round: round, leases: leases.map(\.id), tasks: range.indices, time: elapsed,
          outcome: outcome)))
  }

  /// Workers of a relay that ends before its run does wait for another one at its place.
  private var farewell: Message.Goodbye {
    switch relay.phase {
    case .over(.dismissed): .init(.runOver, "")
    case .over(.refused(let text)): .init(.failed, text)
    case .introducing, .serving, .leaving, .over(.left), .over(.alone):
      .init(.paused, "the relay ends")
    }
  }

  private func pass(_ frame: Frame?, to worker: WorkerID) {
    if let frame { _ = below.send(frame.shared(), to: worker.peer) }
  }

  private func packet(_ message: Message) -> Packet {
    Packet(run: run, epoch: relay.epoch ?? 0, message)
  }

  func send(_ message: Message) { uplink.send(packet(message)) }

  func send(_ message: Message, to worker: WorkerID) {
    _ = below.send(Frame.saying(packet(message)), to: worker.peer)
  }
}
