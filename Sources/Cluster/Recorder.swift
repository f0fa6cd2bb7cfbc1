public import Checkpoints
import Coordination
import Files
import Foundation
import Graphs
public import Logging
import MetaLearning
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
  private let learner: any MetaLearner
  private let directory: RunDirectory
  private let configuration: Configuration
  private let metrics: MetricsLog
  private let events: EventLog
  private let backlog: Backlog
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private let firstStep: Int
  private var line: ProgressLine
  private var window: Window
  private var shown: Telemetry.Progress.Losses?
  private var accuracy: Double?
  private var saved: Int?

  /// Steps since the last line of metrics.
  private struct Window {
    var start: ContinuousClock.Instant
    /// The threads' time that had gone into answers by then.
    var computed: Duration
    var steps = 0
    var before = 0.0
    var after = 0.0
    var skipped: [SkippedTask] = []

    var means: Telemetry.Progress.Losses {
      .init(before: Float(before / Double(steps)), after: Float(after / Double(steps)))
    }
  }

  /// - Parameter saved: the step of the checkpoint that the run goes on from.
  public init(
    _ run: Run, directory: RunDirectory, from step: Int, saved: Int?,
    _ configuration: Configuration, log: Logger
  ) throws {
    (plan, learner) = (run.plan, run.trainer.learner)
    (self.directory, self.configuration) = (directory, configuration)
    (firstStep, self.saved) = (step, saved)
    backlog = Backlog(log)
    metrics = try MetricsLog(directory.files.metrics, after: step)
    events = try EventLog(
      in: directory.files.path, epoch: directory.epoch, after: step,
      at: Date().timeIntervalSince1970)
    start = clock.now
    window = Window(start: clock.now, computed: .zero)
    let interval: Duration = configuration.screen == .log ? .seconds(10) : .milliseconds(100)
    line = ProgressLine(configuration.screen, every: interval)
  }

  /// What the last round measured, once there was one.
  public private(set) var evaluation: Evaluation?

  /// Takes note of a round.
  public func record(_ report: CoordinatorService.Report) throws {
    switch report.result {
    case .trained(let before, let after): try note(before, after, report)
    case .validated(let measured): try note(measured, report.state)
    case .evaluated(let measured):
      evaluation = measured
      try append(MeasuredRecord(.evaluation, measured, report.state))
    }
  }

  private func append(_ record: some MetricsLine) throws {
    let time = Date().timeIntervalSince1970
    try backlog.append { [metrics] in try metrics.append(record) }
    try backlog.append { [events] in try events.append(record, at: time) }
  }

  private func note(
    _ before: Float, _ after: Float, _ report: CoordinatorService.Report
  ) throws {
    window.steps += 1
    window.before += Double(before)
    window.after += Double(after)
    let step = report.state.step
    window.skipped += report.skipped.map { SkippedTask(step: step - 1, task: $0) }
    if step.isMultiple(of: configuration.metricsEvery) || step == plan.steps {
      try closeWindow(report)
    }
    if step.isMultiple(of: plan.checkpoint.every) || step == plan.steps { try save(report.state) }
  }

  private func note(_ measured: Evaluation, _ state: TrainingState) throws {
    accuracy = measured.accuracyEstimates?.last?.mean
    try append(MeasuredRecord(.validation, measured, state))
    if let best = state.best, best.step == state.step {
      try backlog.replace(.best) { [directory, plan] in try directory.saveBest(best, of: plan) }
    }
  }

  private func save(_ state: TrainingState) throws {
    guard saved != state.step else { return }
    try backlog.replace(.checkpoint) { [directory, plan] in
      try directory.save(state.checkpoint(of: plan))
    }
    saved = state.step
  }

  /// Makes sure that all is on disk, `state` included.
  public func finish(_ state: TrainingState) throws {
    try save(state)
    try backlog.flush()
  }

  private func closeWindow(_ report: CoordinatorService.Report) throws {
    let (now, steps) = (clock.now, Double(window.steps))
    let (losses, passed) = (window.means, window.start.duration(to: now))
    let computed = (report.computed - window.computed) / passed / Double(max(1, report.threads))
    try append(
      MetricsRecord(
        step: report.state.step, lossBefore: losses.before, lossAfter: losses.after,
        tasksPerSecond: steps * Double(plan.batch) / (passed / .seconds(1)), computing: computed,
        seconds: start.duration(to: now) / .seconds(1), workers: report.workers,
        refused: report.refused, skipped: plan.nonFinite == .skip ? window.skipped : nil,
        figures: figures(report.state)))
    shown = losses
    window = Window(start: now, computed: report.computed)
  }

  /// Named as `moving.fc1`.
  private func figures(_ state: TrainingState) -> [MetricsFigure] {
    learner.figures(state.parameters).map { MetricsFigure("\($0.key).\($0.layer)", $0.value) }
  }

  /// The mean losses of the last line of metrics, or before the first one of the steps so far.
  public var losses: Telemetry.Progress.Losses? { shown ?? (window.steps > 0 ? window.means : nil) }

  /// Shows where the run is, if it is time to, and tries again what could not be written.
  public func show(step: Int, workers: Int) throws {
    try backlog.retry()
    let elapsed = start.duration(to: clock.now)
    let done = step - firstStep
    let rate = Double(done) / (elapsed / .seconds(1))
    let left = done > 0 ? elapsed * (Double(plan.steps - step) / Double(done)) : nil
    let progress = Telemetry.Progress(
      step: step, steps: plan.steps, tasksPerSecond: rate * Double(plan.batch), losses: shown,
      accuracy: accuracy, workers: workers, timeLeft: left)
    Terminal.show(
      line.update(progress, at: elapsed, width: Terminal.width(descriptor: STDERR_FILENO)))
  }

  /// Clears the line, before other words go to the terminal.
  public func clear() { Terminal.show(line.clear()) }
}

extension MeasuredRecord {
  fileprivate init(_ purpose: Purpose, _ measured: Evaluation, _ state: TrainingState) {
    let accuracy = measured.accuracyEstimates?.last.map { ($0.mean, $0.halfWidth) }
    self.init(
      purpose, step: state.step, loss: measured.lossEstimates.last?.mean ?? .nan,
      accuracy: accuracy, bestStep: state.best?.step)
  }
}

extension RunDirectory {
  fileprivate func saveBest(_ best: TrainingState.Best, of plan: RunPlan) throws(FileError) {
    try saveBest(
      Checkpoint(
        step: best.step, parameters: best.parameters, optimizer: Parameters([]),
        plan: plan.description, score: best.score))
  }
}

extension TrainingState {
  public func checkpoint(of plan: RunPlan) -> Checkpoint {
    Checkpoint(
      step: step, parameters: parameters, optimizer: optimizer, memory: memory,
      plan: plan.description)
  }
}
