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
    guard seeds > 0 else { throw ValidationError("--seeds is at least 1, not \(seeds)") }
    guard workers ?? 1 > 0 else { throw ValidationError("A cluster has at least one worker.") }
    guard batch > 0 else { throw ValidationError("--batch is at least 1, not \(batch)") }
    guard steps > 0 else { throw ValidationError("--steps is at least 1, not \(steps)") }
  }

  func run() throws {
    var wrong = 0
    var (crashes, coordinatorCrashes, dropped, repeated) = (0, 0, 0, 0)
    for seed in seed..<seed + UInt64(seeds) {
      let outcome = SimulatedCluster.run(
        seed: seed, workers: workers ?? 1 + Int(seed % 8), batch: batch, steps: steps,
        faults: .severe)
      crashes += outcome.crashes
      coordinatorCrashes += outcome.coordinatorCrashes
      dropped += outcome.counters.dropped
      repeated += outcome.counters.repeated
      if story || !outcome.isRight { print(outcome.story.joined(separator: "\n")) }
      guard !outcome.isRight else { continue }
      wrong += 1
      let end = outcome.failure.map { "stopped, \($0)" } ?? "ended wrong or not at all"
      print("seed \(seed): \(end) at step \(outcome.steps), \(outcome.elapsed)")
    }
    print(
      """
      \(seeds) seeds, \(seeds - wrong) right: \(crashes) workers and \(coordinatorCrashes) \
      coordinators crashed, \(repeated) leases were repeated, \(dropped) sums dropped
      """)
    if wrong > 0 { throw ExitCode.failure }
  }
}
