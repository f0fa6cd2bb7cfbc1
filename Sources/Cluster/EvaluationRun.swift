public import Coordination
import Foundation
public import Graphs
public import Logging
public import NDArrays
public import Training

/// The evaluation of given parameters, by worker processes on this machine.
public struct EvaluationRun {
  public enum Outcome {
    case finished(Evaluation)
    case interrupted(Int32)
    case failed(Coordinator.Failure)
    /// No worker process on this machine stays alive.
    case workersCannotRun
  }

  private let run: Run
  private let state: TrainingState
  private let log: Logger

  /// - Parameter run: one of no steps, so that its only round is the evaluation.
  public init(_ run: Run, of parameters: Parameters<NDArray>, log: Logger) {
    precondition(run.rounds.count == 1, "an evaluation is one round, not \(run.rounds.count)")
    self.run = run
    state = TrainingState(step: 0, parameters: parameters, optimizer: Parameters([]))
    self.log = log
  }

  public func carryOut(
    with recipe: LocalWorkers.Recipe, on listener: Listener
  ) throws -> Outcome {
    let interrupt = Interrupt(Interrupt.signals, waking: listener.wakeup)
    let service = CoordinatorService(
      run: run, state: state, epoch: 1, rules: try Coordinator.Rules(run),
      socket: listener.socket, wakeup: listener.wakeup, interrupt: interrupt, log: log)
    let workers = LocalWorkers(recipe, connecting: listener.address, log: log)
    defer { workers.stop() }
    var evaluation: Evaluation?
    service.onRound = { report in
      if case .evaluated(let measured) = report.result { evaluation = measured }
    }
    service.onTick = { [unowned service] in
      workers.tend()
      if workers.areGivenUp { service.stop() }
    }
    let phase = try service.serve()
    if case .stopped(let failure) = phase { return .failed(failure) }
    if let evaluation { return .finished(evaluation) }
    return interrupt.request.map(Outcome.interrupted) ?? .workersCannotRun
  }
}
