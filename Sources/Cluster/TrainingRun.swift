public import Checkpoints
public import Coordination
import Files
import Foundation
public import Logging
public import Telemetry
public import Training

/// A run in the hands of this process: coordinator, files, and worker processes on this machine.
public struct TrainingRun {
  public struct Configuration {
    /// Starts the worker processes to keep, which connect to the given address; `nil` if all are
    /// started by hand.
    public var workers: ((_ address: String, _ log: Logger) throws -> any KeptWorkers)?
    public var recorder: Recorder.Configuration
    /// How long to go on without workers; `nil` is for ever.
    public var loneliness: Duration?
    /// How long a silent worker is believed in.
    public var patience: Duration
    /// Of all ranges of tasks, the share that is computed twice.
    public var audit: Double
    /// Where the status is shown as well as in its file.
    public var board: StatusBoard?

    public init(
      workers: ((_ address: String, _ log: Logger) throws -> any KeptWorkers)?,
      recorder: Recorder.Configuration, loneliness: Duration?, patience: Duration,
      audit: Double = 0
    ) {
      (self.workers, self.recorder) = (workers, recorder)
      (self.loneliness, self.patience, self.audit) = (loneliness, patience, audit)
    }
  }

  public enum Ending: Equatable, Sendable {
    case finished
    /// A signal asked for it; the run can be resumed.
    case interrupted(Int32)
    case failed(Coordinator.Failure)
    /// None of the worker processes that were to be kept can run.
    case workersCannotRun
  }

  public struct Outcome {
    public var ending: Ending
    public var state: TrainingState
    /// Of a run that finished.
    public var evaluation: Evaluation?
    public var elapsed: Duration
    public var coordinator: Coordinator.Counters
    public var service: CoordinatorService.Counters
  }

  private let run: Run
  private let directory: RunDirectory
  private let state: TrainingState
  private let saved: Int?
  private let log: Logger

  /// - Parameter state: where to begin.
  /// - Parameter saved: the step of the checkpoint that `state` comes from, if it comes from one.
  public init(
    _ run: Run, directory: RunDirectory, from state: TrainingState, saved: Int?, log: Logger
  ) {
    (self.run, self.directory) = (run, directory)
    (self.state, self.saved, self.log) = (state, saved, log)
  }

  /// Goes on until there is nothing left to do.
  public func carryOut(_ configuration: Configuration, on listener: Listener) throws -> Outcome {
    let interrupt = Interrupt(Interrupt.signals, waking: listener.wakeup)
    let service = CoordinatorService(
      run: run, state: state, epoch: directory.epoch,
      rules: try Coordinator.Rules(
        run, patience: configuration.patience, loneliness: configuration.loneliness,
        audit: configuration.audit),
      socket: listener.socket, wakeup: listener.wakeup, interrupt: interrupt, log: log)
    service.keys = listener.keys
    let workers = try configuration.workers?(listener.address, log)
    defer { workers?.stop() }
    let recorder = try Recorder(
      run, directory: directory, from: state.step, saved: saved, configuration.recorder,
      log: log)
    let reporter = try reporter(of: listener, configuration)
    return try serve(service, recorder, reporter, workers, interrupt)
  }

  private func reporter(
    of listener: Listener, _ configuration: Configuration
  ) throws -> StatusReporter {
    let identity = ClusterStatus.Identity(
      folder: directory.files.path, plan: run.plan.digest, epoch: Int(directory.epoch),
      address: listener.address, process: Int(getpid()))
    return StatusReporter(
      identity, from: state.step,
      curves: try ClusterStatus.Curves(metrics: directory.files.metrics),
      board: configuration.board, file: StatusFile(directory.files.status, log: log))
  }

  private func serve(
    _ service: CoordinatorService, _ recorder: Recorder, _ reporter: StatusReporter,
    _ workers: (any KeptWorkers)?, _ interrupt: Interrupt
  ) throws -> Outcome {
    defer { recorder.clear() }
    service.onRound = { report in
      try recorder.record(report)
      reporter.note(report)
    }
    service.onTick = { [unowned service] in
      try recorder.show(step: service.state.step, workers: service.coordinator.workers.count)
      reporter.tick(service, losses: recorder.losses)
      workers?.tend()
      if workers?.areGivenUp ?? false { service.stop() }
    }
    let clock = ContinuousClock()
    let start = clock.now
    let phase = try service.serve()
    let elapsed = start.duration(to: clock.now)
    try recorder.finish(service.state)
    reporter.finish(service, losses: recorder.losses)
    return Outcome(
      ending: ending(phase, recorder, interrupt), state: service.state,
      evaluation: recorder.evaluation, elapsed: elapsed, coordinator: service.coordinator.counters,
      service: service.counters)
  }

  private func ending(
    _ phase: Coordinator.Phase, _ recorder: Recorder, _ interrupt: Interrupt
  ) -> Ending {
    if case .stopped(let failure) = phase { return .failed(failure) }
    if recorder.evaluation != nil { return .finished }
    if let signal = interrupt.request { return .interrupted(signal) }
    return .workersCannotRun
  }
}
