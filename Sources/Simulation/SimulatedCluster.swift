public import Coordination
import HeapModule
import NDArrays

/// The real coordinator and real workers, on a pretend network, clock and disk.
///
/// Everything follows from the seed, so a run that goes wrong can be replayed.
public struct SimulatedCluster {
  public struct Outcome: Equatable, Sendable {
    public var isFinished: Bool
    /// Whether it ended as it has to: in the bits that one pass without a cluster gives, or with the
    /// bad task named.
    public var isRight: Bool
    public var steps: Int
    public var parameters: [Float]
    public var elapsed: Duration
    public var counters: Coordinator.Counters
    public var crashes: Int
    public var coordinatorCrashes: Int
    /// Checkpoints that could not be written, and those that a coordinator died over.
    public var failedSaves: Int
    public var tornSaves: Int
    /// What relays that ended were given as answers, and what they passed on.
    public var relayedSums: Int
    public var relayedAnswers: Int
    public var failure: Coordinator.Failure?
    /// The most things that the coordinator, a worker, or the network between them ever kept at once.
    public var mostKept: Int
    /// The last things that happened, for people; of a run that ended wrong, or if asked for.
    public var story: [String]
  }

  let problem: Problem
  let rules: Coordinator.Rules
  let faults: Faults
  /// Whether what happens is written down, which costs more than that it happens.
  let isTold: Bool
  var random: RandomStream
  var now = Moment(.zero)
  var agenda = Heap<Appointment>()
  var appointments = 0
  /// What will happen, at the places that appointments name; the agenda moves these about a lot, and so
  /// they are no larger than numbers.
  private var happenings: [Happening?] = []
  private var freePlaces: [Int] = []

  var coordinator: Coordinator?
  var epoch: UInt32 = 0
  var state = Problem.State()
  var disk = PretendDisk()
  /// Until when nothing can be written.
  var diskFullUntil = Moment(.zero)
  /// The step of the last checkpoint.
  var saved = 0
  /// Steps from one checkpoint to the next.
  let checkpointEvery: Int

  var hosts: [Host]
  var relays: [RelayPlace]
  var lives: UInt64 = 0
  var retired = Coordinator.Counters()
  var (crashes, coordinatorCrashes) = (0, 0)
  var (failedSaves, tornSaves) = (0, 0)
  /// Answers of workers that relays were given, and what they made of them.
  var relayed = (sums: 0, answers: 0)
  var mostKept = 0
  /// A generous time for what there is to train.
  private let end: Moment
  var story: [String] = []

  /// Trains `steps` steps of `batch` tasks, or gives up after a (virtual) hour and a second a step.
  public static func run(
    seed: UInt64, workers: Int, batch: Int, steps: Int, faults: Faults
  ) -> Outcome {
    run(Scenario(seed: seed, workers: workers, batch: batch, steps: steps, faults: faults))
  }

  /// - Parameter isTold: whether to tell the story even of a run that goes right.
  public static func run(_ scenario: Scenario, isTold: Bool = false) -> Outcome {
    var cluster = SimulatedCluster(scenario, isTold: isTold)
    cluster.run()
    let outcome = cluster.outcome
    // It goes the same way when it is told.
    return outcome.isRight || isTold ? outcome : run(scenario, isTold: true)
  }

  private init(_ scenario: Scenario, isTold: Bool) {
    let (seed, batch) = (scenario.seed, scenario.batch)
    let rounds = Rounds(
      steps: scenario.steps, batch: batch,
      validation: Rounds.Validation(every: 1 + Int(seed % 5), tasks: 1 + batch / 2),
      evaluation: 2 * batch)
    faults = scenario.faults.fitted(to: rounds)
    let leavesOut = faults.nonFinite == .skip
    problem = Problem(
      seed: seed, rounds: rounds, remembers: !leavesOut && seed.isMultiple(of: 5),
      skipped: leavesOut ? faults.badTask : nil)
    self.isTold = isTold
    rules = Coordinator.Rules(
      rounds: rounds, patience: .seconds(2), delivery: .milliseconds(50), limit: .seconds(30),
      roundsAhead: problem.remembers ? 0 : 1, strikes: faults.badTask == nil ? 12 : 4,
      nonFinite: faults.nonFinite,
      audit: faults.audit > 0
        ? Audit(share: faults.audit, seed: seed, wait: faults.auditWait) : nil)
    random = RandomKey(seed: seed).child(1).stream
    checkpointEvery = 1 + Int(random.next() % 3)
    end = Moment(.seconds(3600 + scenario.steps))
    hosts = (0..<scenario.workers).map { _ in Host() }
    relays = (0..<faults.relays).map { _ in RelayPlace() }
  }

  private mutating func run() {
    at(.milliseconds(Int(random.next() % 50)), .startCoordinator)
    if let mean = faults.diskTroubles { at(waiting(mean), .diskTrouble) }
    for place in relays.indices {
      at(.milliseconds(Int(random.next() % 500)), .atRelay(place, nil, .start))
    }
    for host in hosts.indices { at(.milliseconds(Int(random.next() % 500)), .start(host)) }
    while !isOver, let next = agenda.popMin(), next.moment < end {
      now = next.moment
      guard let happening = happenings[next.place] else { continue }
      happenings[next.place] = nil
      freePlaces.append(next.place)
      perform(happening)
    }
  }

  private var isOver: Bool { coordinator.map { !$0.isRunning } ?? false }

  private var outcome: Outcome {
    var failure: Coordinator.Failure?
    if case .stopped(let reason) = coordinator?.phase { failure = reason }
    let isFinished = coordinator?.phase == .finished
    return Outcome(
      isFinished: isFinished,
      isRight: namedTask.map { isNamed($0) } ?? (isFinished && state == problem.trained),
      steps: state.step, parameters: state.parameters, elapsed: now.elapsed,
      counters: retired + (coordinator?.counters ?? Coordinator.Counters()), crashes: crashes,
      coordinatorCrashes: coordinatorCrashes, failedSaves: failedSaves, tornSaves: tornSaves,
      relayedSums: relayed.sums, relayedAnswers: relayed.answers,
      failure: failure, mostKept: mostKept, story: story)
  }
}

extension SimulatedCluster {
  /// The bad task, where it has to stop the run.
  private var namedTask: Faults.BadTask? { faults.nonFinite == .stop ? faults.badTask : nil }

  /// Whether the run stopped and named the bad task.
  private func isNamed(_ bad: Faults.BadTask) -> Bool {
    switch (bad.kind, coordinator?.phase) {
    case (.kills, .stopped(.poisonedTask(bad.round, bad.task, _))): true
    case (.neverFinite, .stopped(.notFinite(bad.round, bad.task))): true
    case (.kills, _), (.neverFinite, _): false
    }
  }
}

extension Faults {
  /// With the bad task among those that its round has; one that is left out is of a training round, with
  /// others beside it.
  fileprivate func fitted(to rounds: Rounds) -> Faults {
    var faults = self
    guard var bad = badTask else { return self }
    if nonFinite == .skip {
      while rounds.kind(of: bad.round).isMeasuring { bad.round -= 1 }
      if rounds.batch == 1 { faults.nonFinite = .stop }
    }
    bad.task %= rounds.tasks(in: bad.round)
    faults.badTask = bad
    return faults
  }
}

extension Rounds.Kind {
  fileprivate var isMeasuring: Bool { if case .training = self { false } else { true } }
}

extension SimulatedCluster {
  /// Looks at how much is kept; what is never forgotten shows in a long run.
  mutating func notePeak() {
    let workers = hosts.map { $0.results.count + $0.memories.count + ($0.worker?.kept ?? 0) }
    mostKept = max(mostKept, agenda.count, coordinator?.kept ?? 0, workers.max() ?? 0)
  }
}

// MARK: - Time

extension SimulatedCluster {
  mutating func at(_ delay: Duration, _ happening: Happening) {
    let place = freePlaces.popLast() ?? happenings.count
    if place == happenings.count {
      happenings.append(happening)
    } else {
      happenings[place] = happening
    }
    agenda.insert(Appointment(moment: now + delay, order: appointments, place: place))
    appointments += 1
  }

  /// A waiting time with this mean, never of zero.
  mutating func waiting(_ mean: Duration) -> Duration {
    mean * (0.05 + 1.9 * Double(random.uniform()))
  }

  mutating func happens(_ share: Double) -> Bool { Double(random.uniform()) < share }

  mutating func note(_ line: String) {
    if story.count >= 2 * Self.memory { story.removeFirst(Self.memory) }
    story.append("\(now.elapsed) \(line)")
  }

  private static let memory = 40
}
