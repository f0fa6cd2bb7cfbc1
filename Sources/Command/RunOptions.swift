import ArgumentParser

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
    guard resume == nil || (plan.overrides.isEmpty && output == nil) else {
      throw ValidationError(
        "--resume continues a run as it is; --set and --output do not go with it.")
    }
  }
}
