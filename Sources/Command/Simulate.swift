import ArgumentParser
import Coordination
import Dispatch
import Locks
import Simulation

struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the cluster's logic on a pretend network that loses and repeats messages.",
    discussion: """
      The coordinator and the workers are the real ones; network, clock, disk and processes are not. \
      Workers and the coordinator crash, freeze, are cut off and come back; disks fill and lose power; \
      by the seed, some workers lie, or a task is bad. Every run must end in the bits of a run without \
      a cluster, or name the bad task. The same seed always replays the same run.
      """)

  @Option(help: "The first seed.")
  var seed: UInt64 = 0

  @Option(help: "How many seeds to run.")
  var seeds = 1

  @Option(help: "How many workers there are; by default as many as the seed says, up to 8.")
  var workers: Int?

  @Option(help: "Tasks a step.")
  var batch = 11

  @Option(help: "Steps to train.")
  var steps = 12

  @Option(help: "Seeds to run at once, each on a thread of its own.")
  var threads = 1

  @Option(
    help: ArgumentHelp(
      "Let nothing go wrong but that this share of all messages is lost.", valueName: "share"))
  var loss: Double?

  @Flag(help: "Print what happened last in each run.")
  var story = false

  func validate() throws {
    try check(seeds, "seeds")
    try check(workers, "workers", atMost: mostAtOnce)
    try check(batch, "batch")
    try check(steps, "steps")
    try check(threads, "threads", atMost: mostAtOnce)
    guard (0..<1).contains(loss ?? 0) else {
      throw ValidationError("--loss is a share, from 0 to below 1, not \(loss ?? 0).")
    }
  }

  func run() throws {
    var tally = Tally()
    let size = max(threads, story ? 1 : 64 * threads)
    for start in stride(from: 0, to: seeds, by: size) {
      let scenarios = (start..<min(start + size, seeds)).map {
        scenario(seed &+ UInt64($0))
      }
      for (scenario, outcome) in zip(scenarios, outcomes(of: scenarios)) {
        tally.add(outcome)
        try reporting { try tell(of: outcome, scenario) }
      }
    }
    try reporting { try put("\(tally)\n") }
    if tally.wrong > 0 { throw ExitCode.failure }
  }

  private func scenario(_ seed: UInt64) -> Scenario {
    guard let loss else {
      return Scenario(seed: seed, workers: workers, batch: batch, steps: steps)
    }
    var faults = Faults.none
    faults.loss = loss
    return Scenario(
      seed: seed, workers: workers ?? 1 + Int(seed % 8), batch: batch, steps: steps, faults: faults)
  }

  /// In the order of the scenarios, whichever thread is done first.
  private func outcomes(of scenarios: [Scenario]) -> [SimulatedCluster.Outcome] {
    let outcomes = Locked<[Int: SimulatedCluster.Outcome]>([:])
    DispatchQueue.concurrentPerform(iterations: min(threads, scenarios.count)) { thread in
      for index in stride(from: thread, to: scenarios.count, by: threads) {
        let outcome = SimulatedCluster.run(scenarios[index], isTold: story)
        outcomes.withLock { $0[index] = outcome }
      }
    }
    return outcomes.withLock { known in scenarios.indices.compactMap { known[$0] } }
  }

  private func tell(of outcome: SimulatedCluster.Outcome, _ scenario: Scenario) throws {
    if story || !outcome.isRight { try put(outcome.story.joined(separator: "\n") + "\n") }
    guard !outcome.isRight else { return }
    let end = outcome.failure.map { "stopped, \($0)" } ?? "ended wrong or not at all"
    let weather = scenario.weather.map { ", \($0)" } ?? ""
    try put(
      """
      seed \(scenario.seed)\(weather): \(end) at step \(outcome.steps), \(outcome.elapsed)
      replay it with: outerloop simulate --seed \(scenario.seed) --batch \(batch) --steps \(steps)\
      \(workers.map { " --workers \($0)" } ?? "")\(loss.map { " --loss \($0)" } ?? "") --story\n
      """)
  }
}

/// What happened in all runs.
private struct Tally: CustomStringConvertible {
  var (runs, wrong) = (0, 0)
  var (crashes, coordinatorCrashes, repeated, dropped) = (0, 0, 0, 0)
  var (struckOff, restarted, failedSaves, tornSaves) = (0, 0, 0, 0)
  var mostKept = 0

  mutating func add(_ outcome: SimulatedCluster.Outcome) {
    runs += 1
    wrong += outcome.isRight ? 0 : 1
    crashes += outcome.crashes
    coordinatorCrashes += outcome.coordinatorCrashes
    repeated += outcome.counters.repeated
    dropped += outcome.counters.dropped
    struckOff += outcome.counters.struckOff
    restarted += outcome.counters.restarted
    failedSaves += outcome.failedSaves
    tornSaves += outcome.tornSaves
    mostKept = max(mostKept, outcome.mostKept)
  }

  var description: String {
    """
    \(runs) seeds, \(runs - wrong) right: \(crashes) workers and \(coordinatorCrashes) \
    coordinators crashed, \(repeated) leases were repeated, \(dropped) sums dropped, \
    \(struckOff) liars struck off, \(restarted) rounds begun again, \(failedSaves) checkpoints \
    refused by the disk and \(tornSaves) torn; nobody kept more than \(mostKept) things at once
    """
  }
}
