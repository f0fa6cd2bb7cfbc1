import Coordination
import Graphs
import Logging
import NDArrays
import Training
import Transport
import Wire

// MARK: - What the coordinator says

extension WorkerService {
  func receive(_ frame: Frame) {
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
      do throws(WorkerTerms.Unfit) { try begin(welcome) } catch {
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

  private func begin(_ welcome: Message.Welcome) throws(WorkerTerms.Unfit) {
    let terms = try WorkerTerms(welcome, for: configuration)
    if let obstacle = terms.obstacle {
      log.warning("cannot draw tasks; they are to be sent", metadata: ["why": "\(obstacle)"])
    }
    session?.pool.shutDown()
    session = nil
    let (outcomes, wakeup) = (outcomes, wakeup)
    session = WorkerSession(terms, for: configuration) { outcome in
      outcomes.append(outcome)
      wakeup.signal()
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
    guard session.draws || !batch.episodes.isEmpty else { return askForData(epoch) }
    let lease = Lease(id: batch.lease, round: batch.round, range: range)
    if held[lease.id] == nil {
      let isSent = !batch.episodes.isEmpty
      // It waits now, and is waited for once it has the round's parameters.
      let episodes = isSent ? session.taken(batch.episodes, for: lease) : session.drawn(lease)
      guard episodes != nil || !isSent else {
        return log.warning("ignored episodes that do not fit the plan")
      }
      held[lease.id] = Held(lease: lease, episodes: episodes)
    }
    handle(.message(.lease(lease), epoch: epoch))
  }

  /// Introduces itself again, now that it knows that it cannot draw; what it was lent is lent again.
  private func askForData(_ epoch: UInt32) {
    guard configuration.draws else { return log.warning("ignored tasks without their data") }
    handle(.message(.unknown, epoch: epoch))
  }
}
