import ArgumentParser
import Checkpoints
import Episodes
import Execution
import Files
import Foundation
import Graphs
import MetaLearning
import NDArrays
import Training

struct Gradient: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compute the meta-gradient of given parameters on given episodes.",
    discussion: """
      For comparison with other frameworks. All files are safetensors. Parameters go by their \
      public names (fc1.weight [out, in], fc1.bias, ...). Episodes are support_x, support_y, \
      query_x, query_y, each [tasks, n, ...]; images are [tasks, n, channels, height, width], their \
      labels [tasks, n]. The output has loss_before [tasks] and loss_after \
      [tasks, inner steps], both of the query set, and gradient.NAME, the mean over the tasks.
      """)

  @Option(name: .long, help: "A built-in plan or a YAML file.")
  var plan: String

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Replace a value of the plan.", valueName: "learner.order=first"))
  var overrides: [String] = []

  @Option(help: "The parameters, or a checkpoint.")
  var parameters: String

  @Option(help: "The episodes.")
  var episodes: String

  @Option(name: [.short, .long], help: "Where to write.")
  var output: String

  @OptionGroup var kernels: KernelOptions

  func run() throws {
    try reporting {
      let plan = try complete(PlanOptions.read(plan, overrides).plan)
      let trainer = Trainer(plan: plan, kernels: kernels.resolved)
      let weights = try weights(trainer.parameters)
      let given = EpisodeFile(
        path: episodes, file: try read(episodes), tasks: trainer.tasks,
        targets: plan.tasks.targets)
      let result = try MetaGradients(
        plan.trainingLearner(), at: weights, on: try given.episodes(),
        kernels: trainer.metaGradient().kernels)
      try writeAtomically(result.file.encoded(), to: output)
      tell("\(result.lossBefore.count) tasks; written: \(output)")
    }
  }

  /// The plan's own images are not needed, only their shape.
  private func complete(_ plan: RunPlan) throws(Complaint) -> RunPlan {
    do { return plan.isComplete ? plan : try plan.withImages() } catch {
      throw Complaint(
        "\(error.message); or say --set 'tasks.image=[height, width, channels]'", error.code)
    }
  }

  /// The parameters of the file, whatever else a checkpoint holds besides them.
  private func weights(_ layout: Parameters<Shape>) throws -> Parameters<NDArray> {
    let file = try read(parameters)
    let all = Parameters(file.entries.map { ($0.name, $0.array) })
    return try all.filter { !$0.hasPrefix("optimizer.") }.conforming(to: layout, in: parameters)
  }

  private func read(_ path: String) throws(Complaint) -> SafeTensors {
    let bytes = try asInput { () throws(FileError) in try readFile(path) }
    do { return try SafeTensors(decoding: bytes) } catch {
      throw Complaint("\(path): \(error)", .data)
    }
  }
}

extension MetaGradients {
  fileprivate var file: SafeTensors {
    let (tasks, steps) = (lossAfter.count, lossAfter.first?.count ?? 0)
    let losses = [
      SafeTensors.Entry("loss_before", NDArray(lossBefore, shape: [tasks])),
      SafeTensors.Entry("loss_after", NDArray(lossAfter.flatMap { $0 }, shape: [tasks, steps])),
    ]
    let slopes = zip(gradient.names, gradient.leaves).map {
      SafeTensors.Entry("gradient.\($0)", $1)
    }
    return SafeTensors(losses + slopes, metadata: [:])
  }
}
