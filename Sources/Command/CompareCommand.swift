import ArgumentParser
import Checkpoints
import Telemetry
import Training

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Measure several runs on the very same tasks, and how sure their differences are.",
    discussion: """
      Each run adapts as its own plan says. What decides the tasks and how they are judged must be \
      the same in all plans; --set makes it so. Differences to the first run are taken task by task.
      """)

  @Argument(
    help: ArgumentHelp(
      "Runs' folders, or checkpoints. The others are compared with the first.", valueName: "run"))
  var paths: [String]

  @Option(
    help: ArgumentHelp(
      "Take runs by so many, each such group being one way of learning from several seeds.",
      valueName: "count"))
  var seeds = 1

  @Option(help: "Only the results after so many inner steps.")
  var at: Int?

  @OptionGroup var changes: EvaluationChanges

  @OptionGroup var images: ImagesOption

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var sizes: EvaluationSizes
  @OptionGroup var local: LocalCluster
  @OptionGroup var kernels: KernelOptions
  @OptionGroup var logging: LogOptions

  func validate() throws {
    guard seeds > 0 else { throw ValidationError("--seeds is 1 or above, not \(seeds).") }
    guard paths.count.isMultiple(of: seeds) else {
      throw ValidationError("--seeds \(seeds): \(paths.count) runs are no groups of \(seeds).")
    }
    guard paths.count >= 2 * seeds else {
      throw ValidationError("Two runs at least, or twice --seeds, are compared.")
    }
    if let at, at < 0 { throw ValidationError("--at is 0 or above, not \(at).") }
  }

  func run() throws {
    try reporting {
      let runs = try paths.map { try ComparedRun($0, self) }
      let steps = try steps(of: runs)
      for run in runs.dropFirst() { try run.assertSameTasks(as: runs[0]) }
      try assertSeedsDiffer(runs)
      let evaluations = try runs.enumerated().map { index, run in
        defer { tell("measured \(index + 1) of \(runs.count): \(run.path)") }
        return try run.evaluation(self)
      }
      let report = ComparisonReport(paths, evaluations, seeds: seeds, steps: steps)
      try put(json ? report.table.json : report.table.text)
    }
  }

  /// As far as all of them adapt.
  private func steps(of runs: [ComparedRun]) throws(Complaint) -> [Int] {
    let all = runs.map(\.plan.evaluation.innerSteps).min() ?? 0
    guard let at else { return Array(0...all) }
    guard let short = runs.first(where: { $0.plan.evaluation.innerSteps < at }) else { return [at] }
    throw Complaint(
      "\(short.path): the evaluation takes \(short.plan.evaluation.innerSteps) inner steps, not "
        + "\(at); --steps \(at) takes more", .data)
  }

  /// Seeds of one way of learning are different runs; else an interval over them would be of nothing.
  private func assertSeedsDiffer(_ runs: [ComparedRun]) throws(Complaint) {
    for start in stride(from: 0, to: runs.count, by: seeds) {
      let group = runs[start..<start + seeds]
      for (index, run) in zip(group.indices, group) {
        guard let twin = group[..<index].first(where: { $0.plan.seed == run.plan.seed }) else {
          continue
        }
        throw Complaint("\(twin.path) and \(run.path) have the same seed, \(run.plan.seed)", .data)
      }
    }
  }
}
