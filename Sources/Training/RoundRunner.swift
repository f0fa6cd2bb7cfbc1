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

  /// Gives back the memory of another program than a round's and compiles that of the round, unless it has
  /// memory already; answers whether there was anything to do.
  ///
  /// Memory for the program is taken later, by ``compute(_:of:_:at:)``: what compiling took can be
  /// given back before.
  public func makeRoom(for round: Int) -> Bool {
    guard !isAtWork(on: round) else { return false }
    (runner, self.round) = (nil, nil)
    switch run.work(in: round) {
    case .training(let step): _ = run.trainer.metaGradient(atStep: step)
    case .validation(let evaluator, _), .evaluation(let evaluator): _ = evaluator.executable
    }
    return true
  }

  /// What a range of a round's tasks comes to.
  ///
  /// - Parameters:
  ///   - episodes: the range's data, stacked.
  ///   - parameters: what the round is given; looked at only when the round is another than before.
  public func compute(
    _ range: TaskRange, of round: Int, _ episodes: Episode<PackedArray>,
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
    let work = run.work(in: round)
    if makeRoom(for: round) { runner = make(work) }
    self.round = round
    switch (runner, work) {
    case (.training(let trained, _), .training(let step)):
      runner = .training(trained, step: step)
      trained.set(parameters)
    case (.measuring(let runner, _), _): runner.set(parameters)
    case (.training, _), (nil, _): preconditionFailure("round \(round) has no runner of its kind")
    }
  }

  /// Whether the program of a round has memory.
  private func isAtWork(on round: Int) -> Bool {
    switch (run.work(in: round), runner) {
    case (.training, .training): true
    case (.validation, .measuring(_, let isValidation)): isValidation
    case (.evaluation, .measuring(_, let isValidation)): !isValidation
    case (_, _): false
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
