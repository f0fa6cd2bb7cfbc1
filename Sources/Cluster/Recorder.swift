public import Checkpoints
import Files
import Foundation
import Graphs
import NDArrays
public import Telemetry
public import Training

/// Writes down how a run goes: checkpoints, metrics, and one line for whoever watches.
public final class Recorder {
  public struct Configuration: Sendable {
    /// Steps between two lines of metrics.
    public var metricsEvery: Int
    public var screen: ProgressLine.Screen

    public init(metricsEvery: Int, screen: ProgressLine.Screen) {
      (self.metricsEvery, self.screen) = (metricsEvery, screen)
    }
  }

  private let plan: RunPlan
  private let directory: RunDirectory
  private let configuration: Configuration
  private let metrics: MetricsLog
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private let firstStep: Int
  private var line: ProgressLine
  private var window: Window
  private var shown: Telemetry.Progress.Losses?
  private var saved: Int?

  /// Steps since the last line of metrics.
  private struct Window {
    var start: ContinuousClock.Instant
    var steps = 0
    var before = 0.0
    var after = 0.0
  }

  /// - Parameter saved: the step of the checkpoint that the run goes on from.
  public init(
    plan: RunPlan, directory: RunDirectory, from step: Int, saved: Int?,
    _ configuration: Configuration
  ) throws {
    (self.plan, self.directory, self.configuration) = (plan, directory, configuration)
    (firstStep, self.saved) = (step, saved)
    metrics = try MetricsLog(directory.files.metrics, after: step)
    start = clock.now
    window = Window(start: clock.now)
    let interval: Duration = configuration.screen == .log ? .seconds(10) : .milliseconds(100)
    line = ProgressLine(configuration.screen, every: interval)
  }

  /// Takes note of a step.
  public func record(_ report: CoordinatorService.Report) throws {
    window.steps += 1
    window.before += Double(report.lossBefore)
    window.after += Double(report.lossAfter)
    let step = report.state.step
    if step.isMultiple(of: configuration.metricsEvery) || step == plan.steps {
      try closeWindow(report)
    }
    if step.isMultiple(of: plan.checkpoint.every) || step == plan.steps { try save(report.state) }
  }

  /// Makes sure that `state` is on disk.
  public func save(_ state: TrainingState) throws {
    guard saved != state.step else { return }
    try directory.save(state.checkpoint(of: plan))
    saved = state.step
  }

  private func closeWindow(_ report: CoordinatorService.Report) throws {
    let (now, steps) = (clock.now, Double(window.steps))
    let losses = Telemetry.Progress.Losses(
      before: Float(window.before / steps), after: Float(window.after / steps))
    try metrics.append(
      MetricsRecord(
        step: report.state.step, lossBefore: losses.before, lossAfter: losses.after,
        tasksPerSecond: steps * Double(plan.batch) / (window.start.duration(to: now) / .seconds(1)),
        seconds: start.duration(to: now) / .seconds(1), workers: report.workers,
        refused: report.refused))
    shown = losses
    window = Window(start: now)
  }

  /// Shows where the run is, if it is time to.
  public func show(step: Int, workers: Int) {
    let elapsed = start.duration(to: clock.now)
    let done = step - firstStep
    let rate = Double(done) / (elapsed / .seconds(1))
    let left = done > 0 ? elapsed * (Double(plan.steps - step) / Double(done)) : nil
    let progress = Telemetry.Progress(
      step: step, steps: plan.steps, tasksPerSecond: rate * Double(plan.batch), losses: shown,
      workers: workers, timeLeft: left)
    Terminal.show(
      line.update(progress, at: elapsed, width: Terminal.width(descriptor: STDERR_FILENO)))
  }

  /// Clears the line, before other words go to the terminal.
  public func clear() { Terminal.show(line.clear()) }
}

extension TrainingState {
  public init(_ checkpoint: Checkpoint) {
    self.init(
      step: checkpoint.step, parameters: checkpoint.parameters, optimizer: checkpoint.optimizer)
  }

  public func checkpoint(of plan: RunPlan) -> Checkpoint {
    Checkpoint(
      step: step, parameters: parameters, optimizer: optimizer, plan: plan.description)
  }
}
