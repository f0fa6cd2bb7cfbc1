import Coordination
import Logging
import Training
package import Transport
import Wire

// MARK: - What peers say

extension CoordinatorService {
  /// Takes in what came from a peer, whatever it is.
  package func receive(_ frame: Frame, from peer: PeerID) { supervise(frame, from: peer) }

  func listen(to frame: Frame, from peer: PeerID) {
    guard let worker = WorkerID(peer) else {
      return refuse(.foreignName, of: "\(peer)", because: "workers have other names")
    }
    do {
      receive(try frame.decoded(by: decoder), from: worker)
    } catch {
      roster.blame(worker)
      refuse(error.kind, of: "\(worker)", because: "\(error)")
      // Damage done on the way is not the worker's fault: it goes on, and what was lost is lent again.
      guard error.kind != .damaged else { return }
      send(.refusal(.init(error.refusal, "\(error)")), to: worker)
    }
  }

  private func receive(_ packet: Packet, from worker: WorkerID) {
    if case .hello(let hello) = packet.message { return greet(hello, worker) }
    let epoch = epoch(of: packet, from: worker)
    switch packet.message {
    case .ping(let ping):
      handle(
        .message(
          .ping(
            round: ping.round, leases: ping.leases, capacity: min(ping.capacity, mostLeasesAtOnce)),
          from: worker, epoch: epoch))
    case .metaGradient(let answer): receive(answer, from: worker, epoch)
    case .goodbye: part(from: worker, epoch, "asked to stop")
    case .refusal(let refusal): part(from: worker, epoch, refusal.text)
    case .hello, .welcome, .parameters, .taskBatch, .pong:
      refuse(.misdirected, of: "\(worker)", because: "only coordinators send this")
    }
  }

  /// The epoch that a packet was meant for; zero, which none is, if it was meant for another run.
  private func epoch(of packet: Packet, from worker: WorkerID) -> UInt32 {
    guard packet.run == name.run else {
      refuse(.otherRun, of: "\(worker)", because: "its run is not \(run.plan.digest)")
      return 0
    }
    if packet.epoch != coordinator.epoch {
      refuse(
        .otherEpoch, of: "\(worker)",
        because: "it speaks to epoch \(packet.epoch), not \(coordinator.epoch)")
    }
    return packet.epoch
  }

  private func greet(_ hello: Message.Hello, _ worker: WorkerID) {
    guard admits(hello, of: worker) else { return }
    if let unsaid = arrivals.admit(at: now) {
      log.info(
        "worker joined",
        metadata: ["worker": "\(worker)", "name": "\(hello.name)", "unsaid": "\(unsaid)"])
    }
    // Its first leases go out as it is taken in.
    drawing[worker] = hello.draws ? true : nil
    let capacity = min(hello.capacity, mostLeasesAtOnce)
    let joined = coordinator.counters.joined
    handle(
      .message(
        .hello(capacity: capacity, isRelay: hello.isRelay), from: worker,
        epoch: coordinator.epoch))
    noteArrival(of: worker, called: hello.name, threads: capacity, joined: joined)
  }

  private func part(from worker: WorkerID, _ epoch: UInt32, _ why: String) {
    if let unsaid = departures.admit(at: now) {
      log.info(
        "a worker leaves",
        metadata: ["worker": "\(worker)", "why": "\(why)", "unsaid": "\(unsaid)"])
    }
    handle(.message(.goodbye, from: worker, epoch: epoch))
  }

  private func receive(
    _ answer: Message.MetaGradient, from worker: WorkerID, _ epoch: UInt32
  ) {
    guard let message = message(answer) else {
      roster.blame(worker)
      return refuse(
        .unfit, of: "\(worker)",
        because: "\(answer.tasks.count) tasks, \(answer.tasks), and what they came to do not fit")
    }
    if case .computed = message {
      roster.credit(worker, tasks: answer.tasks.count)
    } else {
      roster.blame(worker)
    }
    handle(.message(message, from: worker, epoch: epoch))
  }

  private func message(_ answer: Message.MetaGradient) -> Coordinator.Message? {
    switch answer.outcome {
    case .notFinite: return answer.leases.first.map { .notFinite(lease: $0) }
    case .died: return answer.leases.first.map { .died(lease: $0) }
    case .sum(let values):
      // A worker has computed, so its processor has time for this.
      update.prepare(for: state)
      // What is said of another round comes late or is a lie; its form is not that of this round's sums.
      let leases = answer.round == coordinator.round ? answer.leases : []
      return run.sum(of: answer.tasks, in: answer.round, values).map {
        .computed(leases: leases, sum: $0, elapsed: answer.time)
      }
    }
  }
}

// MARK: - Supervision

extension CoordinatorService: PeerSupervision {
  var peers: RouterSocket { socket }
  var role: String { "coordinator" }

  func dismiss(_ worker: WorkerID) {
    handle(.message(.goodbye, from: worker, epoch: coordinator.epoch))
  }
}
