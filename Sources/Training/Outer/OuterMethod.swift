public import Graphs
public import MetaLearning
public import NDArrays

/// What acts on the outer loop beside its optimiser: it remembers something of the tasks so far, and lets it
/// decide which tasks a step has, or what they are told.
///
/// The memory is part of the ``TrainingState``. A step goes by the memory before it, and the memory after it
/// is a function of that and of a row for each of the step's tasks, in their order; who computed them, and
/// when, is not known here.
public protocol OuterMethod: Sendable {
  /// The memory before the first step.
  ///
  /// - Parameter parameters: names and shapes of what is learned.
  func initialMemory(batch: Int, _ parameters: Parameters<Shape>) -> Parameters<NDArray>

  /// What computes a task in training. Unless said otherwise the run's learner.
  func learner(_ base: any MetaLearner) -> any MetaLearner

  /// Whether `tasks` are others than those that a step would have anyway. They can then not be sent ahead of
  /// their step. Unless said otherwise they are not.
  var choosesTasks: Bool { get }

  /// The tasks of a step, one for each place in it.
  func tasks(of step: OuterStep) -> [TaskName]

  /// What the step's tasks are told: the leaves of `MetaLearner.told`, a row for each task.
  func told(in step: OuterStep, tasks: [TaskName]) -> Parameters<NDArray>

  /// The memory after a step.
  ///
  /// - Parameter rows: of each task its `loss`, which is the query loss after adaptation, and the leaves of
  ///   `MetaLearner.tells`.
  func memory(
    after step: OuterStep, tasks: [TaskName], rows: Parameters<NDArray>
  ) -> Parameters<NDArray>
}

extension OuterMethod {
  public func learner(_ base: any MetaLearner) -> any MetaLearner { base }
  public var choosesTasks: Bool { false }
  public func tasks(of step: OuterStep) -> [TaskName] { step.freshTasks }
  public func told(in step: OuterStep, tasks: [TaskName]) -> Parameters<NDArray> { Parameters([]) }
}

/// A step as an ``OuterMethod`` sees it.
public struct OuterStep: Sendable {
  public var number: Int
  /// Tasks a step.
  public var batch: Int
  /// Before the step.
  public var memory: Parameters<NDArray>
  /// For whoever draws something.
  public var key: RandomKey

  public init(number: Int, batch: Int, memory: Parameters<NDArray>, key: RandomKey) {
    (self.number, self.batch, self.memory, self.key) = (number, batch, memory, key)
  }

  /// Tasks that no step had before.
  public var freshTasks: [TaskName] { (0..<batch).map { TaskName(step: number, place: $0) } }
}

/// Which task it is, among all that a run can meet: the step and the place in it that it is drawn for.
public struct TaskName: Hashable, Sendable {
  public var step: Int
  public var place: Int

  public init(step: Int, place: Int) { (self.step, self.place) = (step, place) }
}

// MARK: - In training

extension Trainer {
  /// What a step is given that begins at `state`; see ``given``.
  public func given(of state: TrainingState) -> Parameters<NDArray> {
    guard let outer else { return state.parameters }
    let (step, tasks) = outerStep(outer, state)
    let told = outer.told(in: step, tasks: tasks)
      .merging(outer.choosesTasks ? StepTasks.leaves(tasks) : Parameters([]))
    return state.parameters.merging(told.grouped(under: "task"))
  }

  /// What is remembered after a step whose tasks came to `sum`.
  func memory(of state: TrainingState, after sum: [Float]) -> Parameters<NDArray> {
    guard let outer else { return state.memory }
    let (step, tasks) = outerStep(outer, state)
    return outer.memory(after: step, tasks: tasks, rows: sums.rows(sum, tasks: batch))
  }

  private func outerStep(
    _ outer: any OuterMethod, _ state: TrainingState
  ) -> (OuterStep, [TaskName]) {
    let key = RandomKey(seed: seed).child(Branch.choosing).child(UInt64(state.step))
    let step = OuterStep(number: state.step, batch: batch, memory: state.memory, key: key)
    return (step, outer.tasks(of: step))
  }

  /// What the tasks of a step are told, of all that it is given.
  func told(in given: Parameters<NDArray>?) -> [NDArray] {
    given.map { Array($0.leaves.dropFirst(parameters.count).prefix(learner.told.count)) } ?? []
  }
}
