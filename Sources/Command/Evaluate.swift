import ArgumentParser
import Checkpoints
import Cluster
import Files
import Graphs
import NDArrays
import Telemetry
import Training

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure how well a run's parameters adapt to tasks that training never saw.",
    discussion:
      "The tasks come from the plan's evaluation seed: every run of a plan meets the same.")

  @Argument(help: "A run's folder, or a checkpoint.")
  var path: String

  @OptionGroup var changes: EvaluationChanges

  @OptionGroup var images: ImagesOption

  @Flag(help: "Print JSON.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Evaluate as this plan says, such as one that \"patterns\" wrote.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var plan: String?

  @OptionGroup var sizes: EvaluationSizes
  @OptionGroup var local: LocalCluster
  @OptionGroup var kernels: KernelOptions
  @OptionGroup var logging: LogOptions

  func run() throws {
    try reporting {
      let loaded = try LoadedCheckpoint(at: path)
      if let damage = loaded.passedOver { tell("warning: \(damage); taking \(loaded.path)") }
      let run = Run(try plan(of: loaded), kernels: kernels.resolved)
      let parameters = try loaded.checkpoint.parameters.conforming(
        to: run.trainer.parameters, in: loaded.path)
      let evaluation = try local.evaluation(run, parameters, images, kernels, logging)
      let table = RunReport(run: run, parameters: parameters, evaluation: evaluation).table
      try put(json ? table.json : table.text)
    }
  }

  /// The checkpoint's plan, or another one, with nothing in it to be done but the evaluation.
  private func plan(of loaded: LoadedCheckpoint) throws -> RunPlan {
    try RunPlan(
      yaml: plan.map(PlanOptions.text) ?? loaded.checkpoint.plan,
      source: plan ?? "\(loaded.path): plan",
      overrides: changes.overrides + sizes.overrides + ["steps=0", "validation={every: 0}"],
      catalogue: .current
    ).withImages(from: images.data)
  }
}
