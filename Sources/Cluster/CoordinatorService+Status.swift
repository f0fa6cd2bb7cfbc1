import Coordination
public import Telemetry
import Training

extension CoordinatorService {
  /// How the run is now.
  ///
  /// - Parameter time: in seconds since 1970.
  /// - Cost: some microseconds a worker; ask a few times a second at most.
  public func status(of identity: ClusterStatus.Identity, at time: Double) -> ClusterStatus {
    let (now, views) = (now, coordinator.memberViews)
    let workers = views.map { worker($0, at: now) }
    pace.observe(roster.tasks, at: now)
    var status = ClusterStatus(
      of: identity, time: time, seconds: now.elapsed / .seconds(1), phase: statusPhase,
      step: state.step, steps: run.plan.steps, tasksPerSecond: pace.perSecond, secondsLeft: nil,
      waitingFor: waitingFor(views, identity.address, at: now))
    (status.workers, status.counts, status.events) = (workers, counts, roster.events)
    status.refused = Refusals.Kind.allCases.map {
      ClusterStatus.Refused("\($0)", $0.words.several, refusals.counts[$0])
    }
    return status
  }

  private var statusPhase: ClusterStatus.Phase {
    switch coordinator.phase {
    case .stopped: return .failed
    case .finished: return coordinator.round < run.rounds.count ? .paused : .finished
    case .gathering, .applying: if coordinator.endsBy != nil { return .ending }
    }
    switch run.rounds.kind(of: coordinator.round) {
    case .training: return .training
    case .validation: return .validation
    case .evaluation: return .evaluation
    }
  }

  private func worker(_ view: Coordinator.MemberView, at now: Moment) -> ClusterStatus.Worker {
    let entry = roster.entry(of: view.id)
    return ClusterStatus.Worker(
      id: "\(view.id)", name: entry?.name ?? "\(view.id)", threads: view.capacity,
      isRelay: view.isRelay, tasksPerSecond: roster.rate(of: view.id, at: now),
      tasks: entry?.tasks ?? 0, silence: (now - view.lastHeard) / .seconds(1),
      leases: view.leases, oldestLease: view.oldestBegan.map { (now - $0) / .seconds(1) },
      isLate: view.isOverdue, failures: entry?.failures ?? 0)
  }

  private var counts: ClusterStatus.Counts {
    var counts = ClusterStatus.Counts()
    let counted = coordinator.counters
    (counts.tasks, counts.sums, counts.dropped) = (roster.tasks, counted.sums, counted.dropped)
    (counts.joined, counts.left, counts.lost) = (counted.joined, counted.left, counted.lost)
    (counts.repeated, counts.notFinite) = (counted.repeated, counted.notFinite)
    (counts.audited, counts.struckOff) = (counted.audited, counted.struckOff)
    counts.undelivered = undelivered
    return counts
  }
}

// MARK: - What is waited for

extension CoordinatorService {
  private func waitingFor(
    _ views: [Coordinator.MemberView], _ address: String, at now: Moment
  ) -> String {
    guard coordinator.isRunning else { return "" }
    if let since = coordinator.lonelySince {
      return "a worker to join at \(address), for \((now - since).inTenths)"
    }
    let round = "\(run.rounds.kind(of: coordinator.round))"
    let owing = views.filter { $0.oldestBegan != nil }
    guard let slowest = owing.min(by: { ($0.oldestBegan ?? now) < ($1.oldestBegan ?? now) }),
      let began = slowest.oldestBegan
    else { return "\(round) to begin" }
    guard now - began >= .seconds(1) else {
      return "answers to \(round), from \(owing.count == 1 ? "1 worker" : "\(owing.count) workers")"
    }
    let (name, waited) = (name(of: slowest.id), (now - began).inTenths)
    return owing.count == 1
      ? "\(name), to answer its part of \(round), for \(waited)"
      : "\(owing.count) workers, to answer their parts of \(round),"
        + " the longest for \(name), for \(waited)"
  }

  private func name(of worker: WorkerID) -> String {
    roster.entry(of: worker)?.name ?? "\(worker)"
  }
}

// MARK: - Who comes and goes

extension CoordinatorService {
  /// Who left since there were `counters`, whose last change `event` brought about.
  func noteDepartures(after event: Coordinator.Event, _ counters: Coordinator.Counters) {
    let counted = coordinator.counters
    guard counted.gone > counters.gone else { return }
    let why = counted.struckOff > counters.struckOff ? "was struck off" : event.departure
    roster.keep(Set(coordinator.workers), others: why, at: now)
  }

  /// After the state machine took in a worker, if it did.
  func noteArrival(of worker: WorkerID, called name: String, threads: Int, joined: Int) {
    guard coordinator.counters.joined > joined else { return }
    roster.add(worker, name, threads, at: now)
  }
}

extension Coordinator.Event {
  /// What it says of those who are no more there after it.
  fileprivate var departure: String {
    switch self {
    case .lost: "was lost: its connection closed"
    case .message(.goodbye, _, _): "left"
    case .tick: "was lost: no sign of life, or no answer, in time"
    case .message, .applied, .diverged, .conclude, .stop: "was let go"
    }
  }
}

extension Coordinator.Counters {
  /// How many workers came and are there no more.
  fileprivate var gone: Int { left + lost + struckOff }
}
