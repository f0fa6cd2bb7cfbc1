import Coordination
import Logging
import Transport
import Wire

// MARK: - What the coordinator says

extension RelayService {
  func receive(_ frame: Frame) {
    do {
      receive(try frame.decoded(by: decoder), as: frame)
    } catch {
      log.warning("ignored a message", metadata: ["why": "\(error)"])
      // It refuses this relay, then, in words that only it understands.
      guard case .version = error, case .introducing = relay.phase else { return }
      handle(.above(.refused("\(error)"), epoch: 0))
    }
  }

  private func receive(_ packet: Packet, as frame: Frame) {
    switch packet.message {
    case .welcome(let message): enter(message, packet, frame)
    case .parameters(let message):
      arriving = frame
      handle(.above(.parameters(round: message.round), epoch: packet.epoch))
      arriving = nil
    case .taskBatch(let batch): receive(batch, packet.epoch, frame)
    case .pong: handle(.above(.pong, epoch: packet.epoch))
    case .refusal(let refusal) where refusal.reason == .unknownWorker:
      handle(.above(.unknown, epoch: packet.epoch))
    case .refusal(let refusal): handle(.above(.refused(refusal.text), epoch: packet.epoch))
    case .goodbye(let goodbye) where goodbye.reason == .paused:
      log.info("the coordinator paused; waiting for it to come back")
      handle(.above(.unknown, epoch: packet.epoch))
    case .goodbye(let goodbye) where goodbye.reason == .failed:
      handle(.above(.refused(goodbye.text), epoch: packet.epoch))
    case .goodbye: handle(.above(.dismissed, epoch: packet.epoch))
    case .hello, .metaGradient, .ping: log.warning("ignored a message only workers send")
    }
  }

  private func enter(_ message: Message.Welcome, _ packet: Packet, _ frame: Frame) {
    guard relay.mayEnter(packet.epoch) else { return }
    (welcome, run) = (frame, packet.run)
    relay.rules = Worker.Rules(
      ping: message.ping, patience: message.patience, loneliness: configuration.loneliness)
    discipline.rules = PeerRules(ping: message.ping)
    handle(.above(.welcome, epoch: packet.epoch))
  }

  private func receive(_ batch: Message.TaskBatch, _ epoch: UInt32, _ frame: Frame) {
    guard let range = TaskRange(batch.tasks, ofBatch: batch.sums.batch) else {
      return log.warning("ignored tasks that are no part of their round")
    }
    let lease = Lease(id: batch.lease, round: batch.round, range: range)
    if batches[lease.id] == nil { batches[lease.id] = (frame, batch.sums) }
    handle(.above(.lease(lease, batch: batch.sums.batch), epoch: epoch))
  }
}

// MARK: - What workers say

extension RelayService: PeerSupervision {
  var peers: RouterSocket { below }
  var role: String { "relay" }

  func dismiss(_ worker: WorkerID) {
    handle(.below(.goodbye, from: worker, epoch: relay.epoch ?? 0))
  }

  func listen(to frame: Frame, from peer: PeerID) {
    guard let worker = WorkerID(peer) else {
      return refuse(.foreignName, of: "\(peer)", because: "workers have other names")
    }
    do {
      receive(try frame.decoded(by: decoder), from: worker)
    } catch {
      refuse(error.kind, of: "\(worker)", because: "\(error)")
      // Damage done on the way is not the worker's fault: it goes on, and what was lost is lent again.
      guard error.kind != .damaged else { return }
      send(.refusal(.init(error.refusal, "\(error)")), to: worker)
    }
  }

  private func receive(_ packet: Packet, from worker: WorkerID) {
    switch packet.message {
    case .hello(let hello): greet(hello, worker)
    case .ping(let ping):
      let capacity = min(ping.capacity, mostLeasesAtOnce)
      handle(
        .ping(round: ping.round, leases: ping.leases, capacity: capacity), worker, packet)
    case .metaGradient(let answer): receive(answer, worker, packet)
    case .goodbye: part(worker, packet, "asked to stop")
    case .refusal(let refusal): part(worker, packet, refusal.text)
    case .welcome, .parameters, .taskBatch, .pong:
      refuse(.misdirected, of: "\(worker)", because: "only coordinators send this")
    }
  }

  /// What was meant for another run is meant for an epoch that there is none of.
  private func handle(_ message: Coordinator.Message, _ worker: WorkerID, _ packet: Packet) {
    handle(.below(message, from: worker, epoch: packet.run == run ? packet.epoch : 0))
  }

  private func greet(_ hello: Message.Hello, _ worker: WorkerID) {
    guard admits(hello, of: worker) else { return }
    log.info("worker joined", metadata: ["worker": "\(worker)", "name": "\(hello.name)"])
    let capacity = min(hello.capacity, mostLeasesAtOnce)
    handle(.below(.hello(capacity: capacity, isRelay: hello.isRelay), from: worker, epoch: 0))
  }

  private func part(_ worker: WorkerID, _ packet: Packet, _ why: String) {
    log.info("a worker leaves", metadata: ["worker": "\(worker)", "why": "\(why)"])
    handle(.goodbye, worker, packet)
  }

  private func receive(_ answer: Message.MetaGradient, _ worker: WorkerID, _ packet: Packet) {
    guard let lease = answer.leases.first else { return }
    switch answer.outcome {
    case .notFinite: handle(.notFinite(lease: lease), worker, packet)
    case .died: handle(.died(lease: lease), worker, packet)
    case .sum(let values):
      // Of a lease that is no more, the form is not known either; then it comes late.
      guard let batch = batches[lease] else { return }
      guard let sum = batch.sums.sum(of: answer.tasks, values) else {
        return refuse(
          .unfit, of: "\(worker)",
          because: "tasks \(answer.tasks) and what they came to do not fit")
      }
      handle(
        .computed(leases: answer.leases, sum: sum, elapsed: answer.time), worker, packet)
    }
  }
}
