public import Coordination
public import Episodes
public import Execution
public import Graphs
public import NDArrays

/// What a plan means: what is computed in every round, and what becomes of it.
///
/// Everything else in the system only spreads this work or looks at it.
public struct Run: Sendable {
  public let plan: RunPlan
  public let rounds: Rounds
  public let trainer: Trainer
  /// Of the rounds that find the best parameters; none where the plan wants no validation.
  public let validator: Evaluator?
  /// Of the last round.
  public let evaluator: Evaluator

  public init(_ plan: RunPlan, kernels: Kernels = .fastest) {
    self.plan = plan
    trainer = Trainer(plan: plan, kernels: kernels)
    evaluator = plan.evaluator(plan.evaluation, branch: Branch.evaluation, kernels: kernels)
    validator = plan.validation.map {
      plan.evaluator($0.measured, branch: Branch.validation, kernels: kernels)
    }
    rounds = Rounds(
      steps: plan.steps, batch: plan.batch,
      validation: plan.validation.map { .init(every: $0.every, tasks: $0.measured.tasks) },
      evaluation: plan.evaluation.tasks)
  }

  public func initialState() -> TrainingState { trainer.initialState() }

  /// What is done in a round.
  public enum Work: Sendable {
    case training(step: Int)
    /// The parameters after so many steps are measured.
    case validation(Evaluator, after: Int)
    case evaluation(Evaluator)
  }

  public func work(in round: Int) -> Work {
    switch rounds.kind(of: round) {
    case .training(let step): .training(step: step)
    case .validation(let step): .validation(validator ?? evaluator, after: step)
    case .evaluation: .evaluation(evaluator)
    }
  }

  /// The tasks of a round.
  public func tasks(in round: Int) -> TaskRange { TaskRange(batch: rounds.tasks(in: round)) }

  /// How many rounds ahead tasks can be named.
  public var roundsAhead: Int { trainer.outer?.choosesTasks ?? false ? 0 : 1 }

  /// The shapes of one task's data in a round.
  public func shapes(of round: Int) -> Episode<Shape> {
    switch work(in: round) {
    case .training: trainer.tasks.shapes
    case .validation(let evaluator, _), .evaluation(let evaluator): evaluator.tasks.shapes
    }
  }

  /// The data of some of a round's tasks, stacked along a new first axis.
  ///
  /// - Parameter given: what the round is given; looked at only where tasks cannot be named ahead.
  public func episodes(
    _ round: Int, _ range: TaskRange, given: Parameters<NDArray>?
  ) -> Episode<PackedArray> {
    switch work(in: round) {
    case .training(let step): trainer.episodes(step: step, range, given: given)
    case .validation(let evaluator, _), .evaluation(let evaluator): evaluator.episodes(range)
    }
  }

  /// What a round is given to work with: parameters, and in training what its tasks are told.
  public func given(of state: TrainingState, in round: Int) -> Parameters<NDArray> {
    switch rounds.kind(of: round) {
    case .training: trainer.given(of: state)
    case .validation: state.parameters
    case .evaluation: state.best?.parameters ?? state.parameters
    }
  }

  /// The names and shapes of that.
  public func given(in round: Int) -> Parameters<Shape> {
    switch rounds.kind(of: round) {
    case .training: trainer.given
    case .validation, .evaluation: trainer.parameters
    }
  }
}

extension Run {
  /// The memory that the program of a task takes, of each kind of round in turn; only one is in
  /// memory at a time.
  public var peakBytes: (training: Int, measuring: Int) {
    let measuring = [evaluator, validator].compactMap { $0?.executable.peakBytes }
    return (trainer.peakBytes, measuring.max() ?? 0)
  }
}

// MARK: - What becomes of it

extension Run {
  /// The state after a round, and what was measured in it.
  public struct Step {
    public var state: TrainingState
    public var measured: Evaluation?
  }

  /// - Parameters:
  ///   - sum: what all the round's tasks came to.
  ///   - update: makes the step, if it is one.
  public func after(
    _ round: Int, with sum: TaskSum, from state: TrainingState, by update: OuterUpdate
  ) -> Step {
    switch work(in: round) {
    case .training:
      return Step(state: update.advanced(state, by: sum.values, of: sum.counted))
    case .validation(let evaluator, _):
      let measured = Evaluation(evaluator, sum)
      return Step(state: state.validated(measured), measured: measured)
    case .evaluation(let evaluator):
      return Step(state: state, measured: Evaluation(evaluator, sum))
    }
  }

  /// The serial meaning of a run, on one thread: round after round.
  public func carriedOut() -> Step {
    let computer = RoundRunner(self)
    let update = OuterUpdate(trainer)
    return (0..<rounds.count).reduce(into: Step(state: initialState())) { step, round in
      let all = tasks(in: round)
      let given = given(of: step.state, in: round)
      func compute(_ range: TaskRange) -> TaskSum {
        computer.compute(range, of: round, episodes(round, range, given: given), at: given)
      }
      let sum =
        switch work(in: round) {
        case .training: trainer.stepSum(trainer.nonFinite, compute)
        case .validation, .evaluation: compute(all)
        }
      step = after(round, with: sum, from: step.state, by: update)
    }
  }
}

extension TrainingState {
  /// The first of equals stays the best.
  fileprivate func validated(_ measured: Evaluation) -> TrainingState {
    guard measured.score > best?.score ?? -.infinity else { return self }
    var state = self
    state.best = Best(step: step, score: measured.score, parameters: parameters)
    return state
  }
}
