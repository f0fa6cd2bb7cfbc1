import ArgumentParser
import Checkpoints
import Coordination
import Files
import Graphs
import NDArrays
import Training

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Compute one task of a run again, in this process, and look at what it comes to.",
    discussion: """
      For a task that stopped a run: the message that named it says how. The step's parameters come \
      from the run's checkpoint, which a run that stops writes last. Exit code 0 if every number is \
      finite, else 65; a task that takes down whoever computes it takes this process down, too.
      """)

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "folder"), completion: .directory)
  var folder: String

  @Option(help: "The step, as messages count: how many updates were made before it.")
  var step: Int

  @Option(help: "Which task of the step, from 0 on.")
  var task: Int

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Write the task's losses and meta-gradient to this safetensors file.", valueName: "file"))
  var output: String?

  @OptionGroup var kernels: KernelOptions

  func run() throws {
    try reporting {
      let replay = try replayed()
      try put(replay.description + "\n")
      if let output { try writeAtomically(replay.file.encoded(), to: output) }
      guard replay.isFinite else {
        throw Complaint("task \(task) of step \(step) is not finite", .data)
      }
    }
  }

  private func replayed() throws -> ReplayedTask {
    let files = RunFiles(folder)
    guard files.isRun else { throw RunDirectoryError.notARun(path: folder) }
    let text = try PlanOptions.text(of: files.plan)
    let plan = try RunPlan(yaml: text, source: files.plan, catalogue: .current).withImages()
    try check(plan)
    let run = Run(plan, kernels: kernels.resolved)
    return ReplayedTask(task, of: run.trainer, at: try state(of: run, files))
  }

  private func check(_ plan: RunPlan) throws(Complaint) {
    guard (0..<plan.steps).contains(step) else {
      throw Complaint("--step is from 0 to \(plan.steps - 1) in this run, not \(step)", .usage)
    }
    guard (0..<plan.batch).contains(task) else {
      throw Complaint("--task is from 0 to \(plan.batch - 1) in this run, not \(task)", .usage)
    }
  }

  /// The state before the step.
  private func state(of run: Run, _ files: RunFiles) throws -> TrainingState {
    var steps: [Int] = []
    for path in [files.checkpoint, files.previousCheckpoint] where exists(path) {
      let checkpoint = try Checkpoint(contentsOf: path)
      if checkpoint.step == step {
        return try TrainingState(LoadedCheckpoint(checkpoint: checkpoint, path: path), of: run)
      }
      steps.append(checkpoint.step)
    }
    if step == 0 { return run.initialState() }
    let found = steps.isEmpty ? "none" : steps.map { "step \($0)" }.joined(separator: " and ")
    throw Complaint(
      "\(folder): there is no checkpoint of step \(step) to begin with, but of \(found)", .noInput
    )
  }
}

/// What a task of a step comes to.
struct ReplayedTask {
  private let task: Int
  private let step: Int
  /// `loss_before`, `loss_after`, and the meta-gradient under its parameters' names.
  private let values: Parameters<NDArray>

  init(_ task: Int, of trainer: Trainer, at state: TrainingState) {
    (self.task, step) = (task, state.step)
    let range = TaskRange(lower: task, upper: task + 1)
    let (runner, given) = (TaskRunner(trainer), trainer.given(of: state))
    runner.set(given)
    let sum = runner.sum(
      range, of: state.step, trainer.episodes(step: state.step, range, given: given))
    values = trainer.sums.unflattened(sum.values)
  }

  var isFinite: Bool { values.leaves.allSatisfy { $0.elements.isFinite } }

  var file: SafeTensors {
    SafeTensors(
      zip(values.names, values.leaves).map { SafeTensors.Entry($0, $1) },
      metadata: ["step": "\(step)", "task": "\(task)"])
  }
}

extension ReplayedTask: CustomStringConvertible {
  var description: String {
    let rows = zip(values.names, values.leaves).map { name, array in
      array.shape == [] ? (name, "\(array.elements[0])") : (name, array.judgement)
    }
    let width = rows.map(\.0.count).max() ?? 0
    return
      (["task \(task) of step \(step)"]
      + rows.map { $0.padding(to: width) + "  " + $1 })
      .joined(separator: "\n")
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}

extension NDArray {
  /// Whether it is finite, and how long it is as a vector.
  fileprivate var judgement: String {
    let bad = elements.count { !$0.isFinite }
    let norm = elements.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    let length = "norm \(Float(norm)), \(elements.count) numbers"
    return bad == 0 ? "finite, \(length)" : "\(bad) of \(elements.count) numbers are not finite"
  }
}
