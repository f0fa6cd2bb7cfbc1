public import ArgumentParser
import Checkpoints
import Execution
import Files
import Graphs
import MetaLearning
import NDArrays
import Telemetry
public import Training

struct PatternsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "patterns",
    abstract: "Find the layers that adaptation can do without.",
    discussion: """
      Measures how well and how fast a run's parameters adapt when only some layers move (Lambda \
      patterns), on tasks of the validation split that are the same for all patterns, and picks the \
      fastest that loses no more than is allowed. The tasks are spread over workers; times are taken \
      afterwards, on one core, when those have ended.
      """)

  @Argument(help: "A run's folder, or a checkpoint.")
  var path: String

  @Option(
    help: ArgumentHelp(
      "How much worse than the full pattern it may be, in accuracy (0.01 is a point) or in error.",
      valueName: "0.01"))
  var allowLoss = 0.01

  @Option(help: "Which patterns are tried.")
  var candidates = LambdaPatterns.Kind.suffixes

  @Option(help: "As --set evaluation.inner-steps=...: steps of a pattern.")
  var steps: Int?

  @Option(help: "As --set evaluation.tasks=...")
  var tasks: Int?

  @Option(help: "Where the tasks come from; by default one more than the evaluation's seed.")
  var seed: UInt64?

  @OptionGroup var changes: EvaluationChanges

  @OptionGroup var images: ImagesOption

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Write the run's plan with the pattern in its evaluation, for evaluate, adapt and train.",
      valueName: "plan.yaml"),
    completion: .file())
  var output: String?

  @Flag(help: "Put the pattern into the written plan's learner too, so that training uses it.")
  var inTraining = false

  @Option(help: ArgumentHelp("Draw times and results.", valueName: "file.svg"), completion: .file())
  var picture: String?

  @OptionGroup var local: LocalCluster
  @OptionGroup var kernels: KernelOptions
  @OptionGroup var logging: LogOptions

  func validate() throws {
    guard allowLoss >= 0, allowLoss.isFinite else {
      throw ValidationError("--allow-loss is 0 or above, not \(allowLoss).")
    }
    guard !inTraining || output != nil else {
      throw ValidationError("--in-training is for the plan that --output writes.")
    }
  }

  func run() throws {
    try reporting {
      let loaded = try LoadedCheckpoint(at: path)
      let trial = try PatternTrial(loaded, self)
      let search = PatternSearch(try trial.measured(), allowedLoss: allowLoss)
      let report = PatternReport(search, tasks: trial.plan.evaluation.tasks)
      try put(report.text)
      if let picture {
        try writeAtomically(Array(report.picture.svg.utf8), to: picture)
        tell("written: \(picture)")
      }
      if let output { try write(search.measured[search.chosen].pattern, loaded, to: output) }
    }
  }

  /// The run's plan as it was, but for how it adapts.
  private func write(_ pattern: LambdaPattern, _ loaded: LoadedCheckpoint, to file: String) throws {
    let yaml = pattern.adapting.yaml
    let own = ["evaluation.inner-steps=\(pattern.rows.count)", "evaluation.adapts=\(yaml)"]
    let training = inTraining ? ["learner.adapts=\(yaml)"] : []
    let plan = try RunPlan(
      yaml: loaded.checkpoint.plan, source: "\(loaded.path): plan",
      overrides: changes.overrides + own + training, catalogue: .current)
    try writeAtomically(Array(plan.description.utf8), to: file)
    tell("written: \(file)")
  }
}

extension LambdaPatterns.Kind: ExpressibleByArgument {}
