public import Coordination
public import Episodes
public import Graphs
public import NDArrays

/// Computes whatever rounds a run has, on one thread, in memory that is made when it is first needed.
///
/// It may be handed to the thread that will use it; two threads never share one.
public final class RoundRunner: @unchecked Sendable {
  private let run: Run
  private lazy var trainer = TaskRunner(run.trainer)
  private lazy var validator = run.validator.map(EvaluationRunner.init)
  private lazy var evaluator = EvaluationRunner(run.evaluator)
  /// The round whose parameters are set.
  private var round: Int?

  public init(_ run: Run) { self.run = run }

  /// What a range of a round's tasks comes to.
  ///
  /// - Parameters:
  ///   - episodes: the range's data, stacked.
  ///   - parameters: the round's; looked at only when the round is another than before.
  public func compute(
    _ range: TaskRange, of round: Int, _ episodes: Episode<NDArray>,
    at parameters: Parameters<NDArray>
  ) -> TaskSum {
    let isNew = self.round != round
    self.round = round
    switch run.rounds.kind(of: round) {
    case .training:
      if isNew { trainer.set(parameters) }
      return trainer.sum(range, episodes)
    case .validation: return rows(validator ?? evaluator, range, episodes, isNew, parameters)
    case .evaluation: return rows(evaluator, range, episodes, isNew, parameters)
    }
  }

  private func rows(
    _ runner: EvaluationRunner, _ range: TaskRange, _ episodes: Episode<NDArray>, _ isNew: Bool,
    _ parameters: Parameters<NDArray>
  ) -> TaskSum {
    if isNew { runner.set(parameters) }
    return runner.rows(range, episodes)
  }
}
