public import Coordination
public import Episodes
public import Graphs
public import NDArrays

/// Computes whatever rounds a run has, on one thread, in the memory of one program at a time.
///
/// It may be handed to the thread that will use it; two threads never share one.
public final class RoundRunner: @unchecked Sendable {
  private enum Runner {
    case training(TaskRunner, step: Int)
    case measuring(EvaluationRunner, isValidation: Bool)
  }

  private let run: Run
  private var runner: Runner?
  /// The round whose parameters are set.
  private var round: Int?

  public init(_ run: Run) { self.run = run }

  /// What a range of a round's tasks comes to.
  ///
  /// - Parameters:
  ///   - episodes: the range's data, stacked.
  ///   - parameters: what the round is given; looked at only when the round is another than before.
  public func compute(
    _ range: TaskRange, of round: Int, _ episodes: Episode<NDArray>,
    at parameters: Parameters<NDArray>
  ) -> TaskSum {
    if self.round != round { prepare(round, parameters) }
    return switch runner {
    case .training(let runner, let step): runner.sum(range, of: step, episodes)
    case .measuring(let runner, _): runner.rows(range, episodes)
    case nil: preconditionFailure("round \(round) was not prepared")
    }
  }

  private func prepare(_ round: Int, _ parameters: Parameters<NDArray>) {
    self.round = round
    switch (run.work(in: round), runner) {
    case (.training(let step), .training(let trained, _)):
      runner = .training(trained, step: step)
    case (.validation, .measuring(_, isValidation: true)),
      (.evaluation, .measuring(_, isValidation: false)):
      break
    case (let work, _):
      // First the memory of the program before is given back.
      runner = nil
      runner = make(work)
    }
    switch runner {
    case .training(let runner, _): runner.set(parameters)
    case .measuring(let runner, _): runner.set(parameters)
    case nil: break
    }
  }

  private func make(_ work: Run.Work) -> Runner {
    switch work {
    case .training(let step): .training(TaskRunner(run.trainer), step: step)
    case .validation(let evaluator, _):
      .measuring(EvaluationRunner(evaluator), isValidation: true)
    case .evaluation(let evaluator):
      .measuring(EvaluationRunner(evaluator), isValidation: false)
    }
  }
}
