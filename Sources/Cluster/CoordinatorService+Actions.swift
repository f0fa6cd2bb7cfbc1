public import Coordination
import Episodes
import Graphs
import NDArrays
import Training
import Transport
import Wire

extension CoordinatorService {
  func perform(_ action: Coordinator.Action) {
    switch action {
    case .welcome(let worker): send(.welcome(welcome), to: worker)
    case .introduce(let worker):
      send(.refusal(.init(.unknownWorker, "introduce yourself")), to: worker)
    case .parameters(let round, let worker): sendParameters(round, to: worker)
    case .lease(let lease, let attempt, let worker): send(lease, attempt, to: worker)
    case .pong(let worker): send(.pong, to: worker)
    case .dismiss(let worker): send(.goodbye(farewell), to: worker)
    case .apply(let round, let sum): apply(sum, round)
    case .expel(let worker):
      send(.refusal(.init(.struckOff, "it computed something wrongly")), to: worker)
    case .tell(let notice): tell(notice)
    }
  }

  /// Keeps the last state whose every number is finite.
  private func apply(_ sum: TaskSum, _ round: Int) {
    let step = run.after(round, with: sum, from: state, by: update)
    guard step.state.isFinite else { return pending.append(.diverged(round: round)) }
    (state, given) = (step.state, nil)
    pending.append(.applied(round: round))
    if !sum.skipped.isEmpty { tell(skipped: sum.skipped, in: round) }
    reports.append(
      Report(
        state: state, result: result(sum, step.measured, round), skipped: sum.skipped,
        workers: coordinator.workers.count, threads: coordinator.capacity,
        computed: coordinator.computed, refused: refusals.counts.total))
  }

  private func result(
    _ sum: TaskSum, _ measured: Evaluation?, _ round: Int
  ) -> Report.Result {
    guard let measured else {
      let tasks = Float(sum.counted)
      return .trained(lossBefore: sum.values[0] / tasks, lossAfter: sum.values[1] / tasks)
    }
    if case .evaluation = run.rounds.kind(of: round) { return .evaluated(measured) }
    return .validated(measured)
  }

  private var welcome: Message.Welcome {
    Message.Welcome(
      plan: run.plan.description, planDigest: name.plan, programDigest: name.program,
      ping: coordinator.rules.patience / 6, patience: coordinator.rules.patience)
  }

  private var farewell: Message.Goodbye {
    switch coordinator.phase {
    case .stopped(let failure): .init(.failed, failure.told(of: run.rounds))
    case .finished where coordinator.round < run.rounds.count:
      .init(.paused, "the run was interrupted")
    case .gathering, .applying, .finished: .init(.runOver, "")
    }
  }
}

// MARK: - Messages out

extension CoordinatorService {
  /// All workers get the same bytes, which are made once and are in memory once.
  private func sendParameters(_ round: Int, to worker: WorkerID) {
    if parameters?.round != round {
      let tensors = given(in: round).namedArrays
      let message = Message.parameters(.init(round: round, tensors: tensors))
      parameters = (round, Frame.saying(packet(message)))
    }
    if let frame = parameters?.frame { send(frame.shared(), to: worker) }
  }

  /// What a round is given, going by the state there is; made once for all leases.
  private func given(in round: Int) -> Parameters<NDArray> {
    if let given, given.round == round { return given.values }
    let values = run.given(of: state, in: round)
    given = (round, values)
    return values
  }

  private func send(_ lease: Lease, _ attempt: Int, to worker: WorkerID) {
    let isDrawnThere = run.plan.episodes == .drawnByWorker || drawing[worker] ?? false
    let episodes =
      isDrawnThere
      ? []
      : run.episodes(lease.round, lease.range, given: given(in: lease.round)).namedArrays
    send(
      .taskBatch(
        .init(
          round: lease.round, lease: lease.id, attempt: attempt, tasks: lease.range.indices,
          sums: run.sums(in: lease.round), episodes: episodes)),
      to: worker)
    discipline.invite(worker.peer, at: now)
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

extension Coordinator.Failure {
  /// One line for people.
  public func told(of rounds: Rounds) -> String {
    switch self {
    case .poisonedTask(let round, let task, let workers):
      "\(rounds.kind(of: round)) stopped at task \(task):"
        + " \(workers.count) workers died computing it"
    case .notFinite(let round, let task):
      "\(rounds.kind(of: round)) stopped at task \(task): its meta-gradient is not finite,"
        + " whoever computes it; training diverged"
    case .nothingFinite(let round):
      "\(rounds.kind(of: round)) stopped: the meta-gradient of none of its tasks is finite; training"
        + " diverged"
    case .diverged(let round):
      "\(rounds.kind(of: round)) stopped: the parameters after it are not finite; training diverged"
    case .noWorkers(let since): "no worker was there for \(since.inTenths)"
    case .disagreement(let round, let range, let workers):
      "\(rounds.kind(of: round)) stopped: workers \(workers.list) say different things of tasks"
        + " \(range), and no further worker came to decide; one of them computes wrongly"
    }
  }
}
