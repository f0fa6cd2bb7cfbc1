import ArgumentParser
import Coordination
import Simulation

struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the cluster's logic on a pretend network that loses and repeats messages.",
    discussion: """
      The coordinator and the workers are the real ones; network, clock and processes are not. \
      Workers and the coordinator crash, freeze and come back. Every run must end in the bits of a \
      run without a cluster. The same seed always replays the same run.
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

  @Flag(help: "Print what happened last in each run.")
  var story = false

  func validate() throws {
    try check(seeds, "seeds")
    try check(workers, "workers", atMost: mostAtOnce)
    try check(batch, "batch")
    try check(steps, "steps")
  }

  func run() throws {
    var tally = Tally()
    for index in 0..<seeds {
      let seed = seed &+ UInt64(index)
      let outcome = SimulatedCluster.run(
        seed: seed, workers: workers ?? 1 + Int(seed % 8), batch: batch, steps: steps,
        faults: .severe)
      tally.add(outcome)
      try reporting { try tell(of: outcome, seed) }
    }
    try reporting { try put("\(tally)\n") }
    if tally.wrong > 0 { throw ExitCode.failure }
  }

  private func tell(of outcome: SimulatedCluster.Outcome, _ seed: UInt64) throws {
    if story || !outcome.isRight { try put(outcome.story.joined(separator: "\n") + "\n") }
    guard !outcome.isRight else { return }
    let end = outcome.failure.map { "stopped, \($0)" } ?? "ended wrong or not at all"
    try put("seed \(seed): \(end) at step \(outcome.steps), \(outcome.elapsed)\n")
  }
}

/// What happened in all runs.
private struct Tally: CustomStringConvertible {
  var (runs, wrong) = (0, 0)
  var (crashes, coordinatorCrashes, repeated, dropped) = (0, 0, 0, 0)

  mutating func add(_ outcome: SimulatedCluster.Outcome) {
    runs += 1
    wrong += outcome.isRight ? 0 : 1
    crashes += outcome.crashes
    coordinatorCrashes += outcome.coordinatorCrashes
    repeated += outcome.counters.repeated
    dropped += outcome.counters.dropped
  }

  var description: String {
    """
    \(runs) seeds, \(runs - wrong) right: \(crashes) workers and \(coordinatorCrashes) \
    coordinators crashed, \(repeated) leases were repeated, \(dropped) sums dropped
    """
  }
}
