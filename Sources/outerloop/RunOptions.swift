import ArgumentParser
import Checkpoints
import Cluster
import Coordination
import Execution
import Foundation
import Graphs
import Logging
import NDArrays
import Telemetry
import Training

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

  @OptionGroup var kernels: KernelOptions
  @OptionGroup var logging: LogOptions

  func validate() throws {
    try check(metricsEvery, "metrics-every", atLeast: 1)
    guard patience > 0 else { throw ValidationError("--patience is above 0, not \(patience).") }
    guard waitForWorkers ?? 1 > 0 else {
      throw ValidationError("--wait-for-workers is above 0, not \(waitForWorkers ?? 0).")
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

/// A run that is ready to begin, or to go on.
struct PreparedRun {
  var plan: RunPlan
  var trainer: Trainer
  var directory: RunDirectory
  var state: TrainingState
  /// The step of the checkpoint that the state comes from.
  var saved: Int?

  init(_ options: RunOptions) throws {
    let kernels = try options.kernels.resolved()
    if let path = options.resume {
      directory = try RunDirectory.open(path)
      plan = try RunPlan(yaml: directory.plan(), source: directory.files.plan)
      trainer = Trainer(plan: plan, kernels: kernels)
      (state, saved) = try Self.resumed(plan, trainer, directory)
    } else {
      let (plan, word) = try options.plan.resolved()
      self.plan = plan
      trainer = Trainer(plan: plan, kernels: kernels)
      directory = try RunDirectory.create(
        options.output ?? Self.freeFolder(word), plan: plan.description)
      (state, saved) = (trainer.initialState(), nil)
    }
  }

  private static func resumed(
    _ plan: RunPlan, _ trainer: Trainer, _ directory: RunDirectory
  ) throws -> (TrainingState, Int?) {
    guard let loaded = try directory.latestCheckpoint() else {
      tell("\(directory.files.path): no checkpoint yet; beginning anew")
      return (trainer.initialState(), nil)
    }
    if let damage = loaded.passedOver {
      tell("warning: \(damage); going on from \(loaded.path)")
    }
    guard loaded.checkpoint.plan == plan.description else {
      throw Complaint("\(loaded.path): the checkpoint is of another plan than plan.yaml", .data)
    }
    let fresh = trainer.initialState()
    let state = TrainingState(
      step: loaded.checkpoint.step,
      parameters: try loaded.checkpoint.parameters.conforming(
        to: fresh.parameters.map(\.shape), in: loaded.path),
      optimizer: try loaded.checkpoint.optimizer.conforming(
        to: fresh.optimizer.map(\.shape), in: loaded.path))
    return (state, state.step)
  }

  private static func freeFolder(_ word: String) -> String {
    let names = ["runs/\(word)"] + (2...9999).lazy.map { "runs/\(word)-\($0)" }
    return names.first { !FileManager.default.fileExists(atPath: $0) } ?? "runs/\(word)"
  }

  /// What is known before the first step.
  func announce(address: String, workers: Int?) {
    let count = trainer.parameters.leaves.reduce(0) { $0 + $1.count }
    tell(
      """
      run        \(directory.files.path)
      plan       \(plan.digest), \(plan.steps) steps of \(plan.batch) tasks, from step \(state.step)
      learner    \(count) parameters, \(trainer.metaGradient.program.instructions.count) \
      operations a task, \(trainer.metaGradient.kernels) kernels
      memory     \(trainer.metaGradient.peakBytes) bytes a thread for a task's program
      workers    \(workers.map { "\($0) on this machine" } ?? "wanted") at \(address)
      """)
  }
}

extension Parameters<NDArray> {
  /// The arrays in the order of `layout`, or a complaint that names the file they came from.
  func conforming(to layout: Parameters<Shape>, in file: String) throws -> Parameters<NDArray> {
    do { return try conforming(to: layout) } catch { throw Complaint("\(file): \(error)", .data) }
  }
}

// MARK: - The whole of it

extension PreparedRun {
  /// Trains, evaluates, and says where everything is.
  func carryOut(
    _ options: RunOptions, address: String, workers: Int, workerArguments: [String],
    executable: URL
  ) throws {
    let run = TrainingRun(
      plan: plan, trainer: trainer, directory: directory, from: state, saved: saved,
      log: try options.logging.logger("coordinator"))
    let screen = Terminal.screen(
      descriptor: STDERR_FILENO, environment: ProcessInfo.processInfo.environment)
    let outcome = try run.run(
      TrainingRun.Configuration(
        address: address, localWorkers: workers, executable: executable,
        workerArguments: workerArguments,
        recorder: Recorder.Configuration(metricsEvery: options.metricsEvery, screen: screen),
        loneliness: options.waitForWorkers.map { .seconds($0) },
        patience: .seconds(options.patience))
    ) { announce(address: $0, workers: workers == 0 ? nil : workers) }
    try conclude(outcome, options)
  }

  private func conclude(_ outcome: TrainingRun.Outcome, _ options: RunOptions) throws {
    let (folder, step) = (directory.files.path, outcome.state.step)
    if case .interrupted(let signal) = outcome.ending {
      tell("stopped at step \(step); go on with: outerloop train --resume \(folder)")
      throw ExitCode(signal == SIGTERM ? 0 : 128 + signal)
    }
    if let complaint = outcome.ending.complaint(run: folder, step: step) { throw complaint }
    let seconds = outcome.elapsed / .seconds(1)
    let tasks = Double((step - state.step) * plan.batch)
    tell(
      """
      trained \(step - state.step) steps in \(rounded(seconds)) s, \
      \(Int((tasks / max(seconds, 1e-9)).rounded())) tasks/s; \
      \(outcome.coordinator.repeated) leases repeated, \(outcome.coordinator.lost) workers lost
      """)
    tell("checkpoint \(outcome.state.checkpoint(of: plan).digest)  \(directory.files.checkpoint)")
    try RunReport(plan, outcome.state.parameters, try options.kernels.resolved())
      .write(to: directory.files)
  }

  private func rounded(_ seconds: Double) -> String { "\((seconds * 10).rounded() / 10)" }
}
