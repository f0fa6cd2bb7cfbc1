import ArgumentParser
import Checkpoints
import Cluster
import Coordination
import Execution
import Foundation
import Graphs
import NDArrays
import Pages
import Telemetry
import Training

extension PreparedRun {
  /// Trains, evaluates, and says where everything is.
  func carryOut(_ options: RunOptions, _ source: WorkerSource) throws {
    announce(source)
    let training = TrainingRun(
      run, directory: directory, from: state, saved: saved,
      log: options.logging.logger("coordinator"))
    let screen = Terminal.screen(
      descriptor: STDERR_FILENO, environment: ProcessInfo.processInfo.environment)
    var configuration = TrainingRun.Configuration(
      workers: source.starting(for: directory, listener.keys),
      recorder: Recorder.Configuration(metricsEvery: options.metricsEvery, screen: screen),
      loneliness: options.waitForWorkers.map { .seconds($0) },
      patience: .seconds(options.patience), audit: options.audit)
    configuration.board = board
    let outcome = try training.carryOut(configuration, on: listener)
    pages?.seeOff()
    try conclude(outcome, options, source)
  }

  /// What is known before the first step.
  private func announce(_ source: WorkerSource) {
    let (plan, trainer) = (run.plan, run.trainer)
    let memory = run.peakBytes
    let count = trainer.parameters.leaves.reduce(0) { $0 + $1.count }
    tell(
      """
      run        \(directory.files.path)
      plan       \(plan.digest), \(plan.steps) steps of \(plan.batch) tasks, from step \(state.step)
      learner    \(count) parameters, \(trainer.metaGradient().program.instructions.count) \
      operations a task, \(trainer.metaGradient().kernels) kernels
      memory     \(readable(memory.training)) a thread to train, \
      \(readable(memory.measuring)) to evaluate
      workers    \(source) at \(listener.address)
      """)
    if let pages { tell("page       \(pages.address.url)") }
  }

  private func conclude(
    _ outcome: TrainingRun.Outcome, _ options: RunOptions, _ source: WorkerSource
  ) throws {
    switch outcome.ending {
    case .finished: try present(outcome, options)
    case .interrupted(let signal):
      tell("stopped at step \(outcome.state.step); go on with: \(continuation(source))")
      throw ExitCode(signal == SIGTERM ? 0 : 128 + signal)
    case .failed(let failure):
      throw Complaint(failure, of: run.rounds, replayedIn: directory.files.path)
    case .workersCannotRun:
      throw Complaint(
        "no worker process that is started stays alive; step \(outcome.state.step)", .unavailable)
    }
  }

  private func continuation(_ source: WorkerSource) -> String {
    let folder = directory.files.path
    let keys = listener.keys.map { " --keys \($0.folder.path)" } ?? ""
    return switch source {
    case .byHand: "outerloop coordinator --resume \(folder) --bind \(listener.address)\(keys)"
    case .here: "outerloop train --resume \(folder)"
    case .hosts(let launch): "outerloop launch \(launch.words) --resume \(folder)"
    }
  }

  private func present(_ outcome: TrainingRun.Outcome, _ options: RunOptions) throws {
    let steps = outcome.state.step - state.step
    let seconds = max(outcome.elapsed / .seconds(1), 1e-9)
    let rate = Int((Double(steps * run.plan.batch) / seconds).rounded())
    tell(
      """
      trained \(steps) steps in \(outcome.elapsed.inTenths), \(rate) tasks/s; \
      \(outcome.coordinator.repeated) leases repeated, \(outcome.coordinator.lost) workers lost
      checkpoint \(outcome.state.checkpoint(of: run.plan).digest)  \(directory.files.checkpoint)
      """)
    guard let evaluation = outcome.evaluation else { return }
    let evaluated = outcome.state.best?.parameters ?? outcome.state.parameters
    try RunReport(run: run, parameters: evaluated, evaluation: evaluation)
      .write(to: directory.files)
  }
}

/// Such as `37.2 KB`, in powers of ten.
private func readable(_ bytes: Int) -> String {
  let (value, unit) = bytes < 1_000_000 ? (Double(bytes) / 1e3, "KB") : (Double(bytes) / 1e6, "MB")
  return "\((value * 10).rounded() / 10) \(unit)"
}
