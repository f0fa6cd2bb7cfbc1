import ArgumentParser
import Checkpoints
import Files

/// What `train` and `coordinator` share: a plan, a folder, and how to go about it.
struct RunOptions: ParsableArguments {
  @OptionGroup var plan: PlanOptions

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The run's folder; by default runs/PLAN, or the first of runs/PLAN-2, ... that is free.",
      valueName: "folder"),
    completion: .directory)
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Go on with the run in this folder; its own plan is used.", valueName: "folder"),
    completion: .directory)
  var resume: String?

  @Flag(
    help: ArgumentHelp(
      "Go on with the run in the folder of --output if there is one, and else begin it.",
      discussion: "For whoever starts the same command again and again. A finished run stays."))
  var orResume = false

  @Option(help: ArgumentHelp("Steps between two lines of metrics.", valueName: "steps"))
  var metricsEvery = 100

  @Option(help: ArgumentHelp("Give up when there is no worker for so long.", valueName: "seconds"))
  var waitForWorkers: Double?

  @Option(help: ArgumentHelp("Forget a worker that is silent for so long.", valueName: "seconds"))
  var patience = 6.0

  @Option(
    help: ArgumentHelp(
      "Have this share of all task ranges computed by two workers, from 0 to 1.",
      discussion: """
        Only what both agree on, bit for bit, counts; if they differ, a third decides, and whoever \
        computes wrongly is struck off. No result depends on it.
        """, valueName: "share"))
  var audit = 0.0

  @OptionGroup var status: StatusOptions
  @OptionGroup var kernels: KernelOptions
  @OptionGroup var logging: LogOptions

  func validate() throws {
    try check(metricsEvery, "metrics-every")
    try check(seconds: patience, "patience")
    try check(seconds: waitForWorkers, "wait-for-workers")
    guard (0...1).contains(audit) else {
      throw ValidationError("--audit is a share, from 0 to 1, not \(audit).")
    }
    guard plan.plan == nil || resume == nil else {
      throw ValidationError("--resume takes the run's own plan; give a plan or --resume, not both.")
    }
    guard !orResume || output != nil else {
      throw ValidationError("--or-resume needs the run's folder; name it by --output.")
    }
    guard resume == nil || (plan.overrides.isEmpty && output == nil) else {
      throw ValidationError(
        "--resume continues a run as it is; --set and --output do not go with it.")
    }
  }
}

extension RunOptions {
  /// The folder of the run to go on with; `nil` for a new one.
  var continued: String? {
    if let resume { return resume }
    guard orResume, let output, RunFiles(output).isRun else { return nil }
    return output
  }

  /// Whether nothing is left to do in a run that is only to be brought to its end; then says so.
  var isFinished: Bool {
    guard orResume, let output, exists(RunFiles(output).evaluation) else { return false }
    tell("\(output): this run is finished")
    return true
  }
}
