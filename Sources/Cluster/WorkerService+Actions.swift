import Coordination
import Execution
import Training
import Transport
import Wire

extension WorkerService {
  func perform(_ action: Worker.Action) {
    switch action {
    case .introduce: introduce()
    case .adopt: parameters = arriving
    case .compute(let lease): compute(lease)
    case .answer(let lease): answer(lease)
    case .forget(let lease): held[lease] = nil
    case .ping(let round, let leases):
      send(.ping(.init(round: round, leases: leases, capacity: configuration.threads)))
    case .goodbye: send(.goodbye(.init(.leaving, "")))
    case .reconnect: uplink.reconnect()
    case .end: break
    }
  }

  private func introduce() {
    send(
      .hello(
        .init(
          numerics: numericsVersion, software: configuration.software, name: configuration.name,
          capacity: configuration.threads, draws: configuration.draws && session?.draws ?? true)))
  }

  private func compute(_ lease: Lease) {
    guard let session, let parameters, parameters.round == lease.round, let held = held[lease.id],
      let episodes = held.episodes ?? session.drawn(lease, given: parameters.values)
    else { preconditionFailure("lease \(lease) came to be computed without its data") }
    let job = LeaseRunner.Job(lease: lease, episodes: episodes, parameters: parameters.values)
    guard session.computesHere(lease.range.count) else { return session.pool.submit(job) }
    short.append(job)
  }

  /// Computes the leases that are too short for another thread, once there is nothing else to do.
  func computeHere() {
    for job in short {
      guard let runner = session?.runner else { break }
      note(runner.compute(job))
      pending.append(.computed(job.lease.id))
    }
    short.removeAll(keepingCapacity: true)
  }

  private func note(_ outcome: LeaseRunner.Outcome) {
    session?.taskTime = outcome.elapsed / outcome.sum.range.count
    held[outcome.lease]?.outcome = outcome
  }

  func finish(_ outcome: LeaseRunner.Outcome) {
    note(outcome)
    handle(.computed(outcome.lease))
  }

  private func answer(_ lease: Lease.ID) {
    guard let held = held.removeValue(forKey: lease), let outcome = held.outcome else { return }
    send(
      .metaGradient(
        .init(
          round: held.lease.round, leases: [lease], tasks: held.lease.range.indices,
          time: outcome.elapsed, outcome: .init(outcome.sum.values))))
  }

  func send(_ message: Message) {
    uplink.send(Packet(run: session?.name.run ?? 0, epoch: worker.epoch ?? 0, message))
  }
}
