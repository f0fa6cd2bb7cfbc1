/// What a run does, round after round: training steps, and between them looks at how well the
/// parameters adapt.
///
/// Every round is tasks that are lent, computed and joined, and is over before the next one's tasks
/// are. Which rounds there are follows from the run's plan alone, so that everyone counts alike.
public struct Rounds: Hashable, Sendable {
  public enum Kind: Hashable, Sendable, CustomStringConvertible {
    /// Meta-gradients are added up, and the parameters move.
    case training(step: Int)
    /// The parameters after so many steps are measured, to know the best of them.
    case validation(after: Int)
    /// The best parameters are measured on tasks of their own, last of all.
    case evaluation

    public var description: String {
      switch self {
      case .training(let step): "step \(step)"
      case .validation(let step): "the validation after step \(step)"
      case .evaluation: "the evaluation"
      }
    }
  }

  /// Looks at the parameters on the way.
  public struct Validation: Hashable, Sendable {
    /// Steps from one to the next; the last step is followed by one in any case.
    public var every: Int
    public var tasks: Int

    public init(every: Int, tasks: Int) {
      precondition(every > 0 && tasks > 0)
      (self.every, self.tasks) = (every, tasks)
    }
  }

  public let steps: Int
  /// Tasks a step.
  public let batch: Int
  public let validation: Validation?
  /// Tasks of the last round; zero if there is no evaluation.
  public let evaluation: Int

  public init(steps: Int, batch: Int, validation: Validation? = nil, evaluation: Int = 0) {
    precondition(steps >= 0 && batch > 0 && evaluation >= 0)
    (self.steps, self.batch) = (steps, batch)
    (self.validation, self.evaluation) = (validation, evaluation)
  }

  public var count: Int { measuredUpTo(steps) + (evaluation > 0 ? 1 : 0) }

  public func kind(of round: Int) -> Kind {
    guard let validation else { return round < steps ? .training(step: round) : .evaluation }
    let (block, place) = round.quotientAndRemainder(dividingBy: validation.every + 1)
    let first = block * validation.every
    guard first < steps else { return .evaluation }
    let last = min(first + validation.every, steps)
    if first + place < last { return .training(step: first + place) }
    return first + place == last ? .validation(after: last) : .evaluation
  }

  /// How many tasks a round has.
  public func tasks(in round: Int) -> Int {
    switch kind(of: round) {
    case .training: batch
    case .validation: validation?.tasks ?? 0
    case .evaluation: evaluation
    }
  }

  /// The first round that needs the parameters after `steps` training steps: with these a run that
  /// was stopped goes on.
  public func first(after steps: Int) -> Int {
    guard let validation, steps > 0 else { return steps }
    let isMeasured = steps.isMultiple(of: validation.every) || steps == self.steps
    return measuredUpTo(steps) - (isMeasured ? 1 : 0)
  }

  /// How many rounds there are up to a step and its validation, if it has one.
  private func measuredUpTo(_ step: Int) -> Int {
    guard let validation else { return step }
    let (whole, rest) = step.quotientAndRemainder(dividingBy: validation.every)
    return step + whole + (rest > 0 && step == steps ? 1 : 0)
  }
}
