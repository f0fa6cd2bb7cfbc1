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
      query_x, query_y, each [tasks, n, ...]. The output has loss_before [tasks] and loss_after \
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
      let plan = try PlanOptions.read(plan, overrides).plan.withImages()
      let trainer = Trainer(plan: plan, kernels: kernels.resolved)
      let result = MetaGradients(
        trainer.learner, at: try given(trainer.parameters), on: try stack(trainer.tasks.shapes),
        kernels: trainer.metaGradient.kernels)
      try writeAtomically(result.file.encoded(), to: output)
      tell("\(result.lossBefore.count) tasks; written: \(output)")
    }
  }

  /// The parameters of the file, whatever else a checkpoint holds besides them.
  private func given(_ layout: Parameters<Shape>) throws -> Parameters<NDArray> {
    let file = try read(parameters)
    let all = Parameters(file.entries.map { ($0.name, $0.array) })
    return try all.filter { !$0.hasPrefix("optimizer.") }.conforming(to: layout, in: parameters)
  }

  /// Episodes of any number of tasks and points, otherwise as the plan's.
  private func stack(_ shapes: Episode<Shape>) throws -> Episode<NDArray> {
    let file = try read(episodes)
    let (support, query) = (shapes.support, shapes.query)
    let stack = Episode(
      support: Batch(
        inputs: try array("support_x", like: support.inputs, file),
        targets: try array("support_y", like: support.targets, file)),
      query: Batch(
        inputs: try array("query_x", like: query.inputs, file),
        targets: try array("query_y", like: query.targets, file)))
    let counts = [stack.support, stack.query].map { [$0.inputs.shape, $0.targets.shape] }
    guard counts.allSatisfy({ $0[0].sizes.prefix(2) == $0[1].sizes.prefix(2) }),
      counts[0][0][0] == counts[1][0][0]
    else {
      throw Complaint("\(episodes): the arrays disagree on tasks or points, \(counts)", .data)
    }
    return stack
  }

  private func array(_ name: String, like shape: Shape, _ file: SafeTensors) throws -> NDArray {
    guard let array = file[name]?.array else {
      throw Complaint("\(episodes): \(name) is missing", .data)
    }
    let each = shape.sizes.dropFirst()
    guard
      array.shape.rank == shape.rank + 1, array.shape.sizes.dropFirst(2) == each,
      array.shape.count > 0
    else {
      throw Complaint(
        "\(episodes): \(name) is \(array.shape), and the plan's tasks are [tasks, n"
          + each.map { ", \($0)" }.joined() + "]", .data)
    }
    return array
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
