public import Coordination
import Episodes
import Graphs
import Training
import Transport
import Wire

extension CoordinatorService {
  func perform(_ action: Coordinator.Action) {
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

  /// Keeps the last state whose every number is finite.
  private func apply(_ sum: TaskSum, _ step: Int) {
    let next = trainer.applying(sum.values, to: state, in: arena)
    guard next.isFinite else { return pending.append(.diverged(step: step)) }
    state = next
    let tasks = Float(trainer.batch)
    reports.append(
      Report(
        state: state, lossBefore: sum.values[0] / tasks, lossAfter: sum.values[1] / tasks,
        workers: coordinator.workers.count, refused: refusals.counts.total))
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
}

// MARK: - Messages out

extension CoordinatorService {
  /// All workers get the same bytes, which are made once and are in memory once.
  private func sendParameters(_ step: Int, to worker: WorkerID) {
    if parameters?.step != step {
      let message = Message.parameters(
        .init(step: step, tensors: state.parameters.namedArrays))
      parameters = (step, Frame.saying(packet(message)))
    }
    if let frame = parameters?.frame { send(frame.shared(), to: worker) }
  }

  private func send(_ lease: Lease, _ attempt: Int, to worker: WorkerID) {
    let episodes =
      plan.episodes == .sent
      ? trainer.episodes(step: lease.step, lease.range).namedArrays(trainer.tasks.inputs) : []
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

  func send(_ message: Message, to worker: WorkerID) {
    send(Frame.saying(packet(message)), to: worker)
  }

  private func send(_ frame: Frame, to worker: WorkerID) {
    switch socket.send(frame, to: worker.peer) {
    case .sent: break
    // Who is gone may have said goodbye, which is read before the loss of its connection counts.
    case .full, .gone: undelivered += 1
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
    case .diverged(let step):
      "step \(step) stopped: the parameters after it are not finite; training diverged"
    case .noWorkers(let since):
      "no worker was there for \(since.inTenths)"
    }
  }
}
