import ArgumentParser
import Checkpoints
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

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Replace a value of the plan's evaluation.", valueName: "evaluation.shots=10"))
  var overrides: [String] = []

  @Option(
    help: ArgumentHelp("Where the plan's file of images is now.", valueName: "file"),
    completion: .file(extensions: ["images"]))
  var data: String?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var kernels: KernelOptions

  func validate() throws {
    for override in overrides where !override.hasPrefix("evaluation.") {
      throw ValidationError("--set \(override): only values of evaluation can change here.")
    }
  }

  func run() throws {
    try reporting {
      let loaded = try LoadedCheckpoint(at: path)
      if let damage = loaded.passedOver { tell("warning: \(damage); taking \(loaded.path)") }
      let plan = try RunPlan(
        yaml: loaded.checkpoint.plan, source: "\(loaded.path): plan", overrides: overrides,
        catalogue: .current
      ).withImages(from: data)
      let kernels = kernels.resolved
      let parameters = try loaded.checkpoint.parameters.conforming(
        to: Trainer(plan: plan, kernels: kernels).parameters, in: loaded.path)
      let report = RunReport(plan, parameters, kernels)
      try put(json ? report.table.json : report.table.text)
    }
  }
}
