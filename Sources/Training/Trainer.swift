public import Coordination
public import Episodes
public import Execution
public import Graphs
public import MetaLearning
public import NDArrays
public import Optimizers

/// The definition of training: what a step's tasks are, what each of them teaches, and how the
/// parameters move. A ``Run`` is made of such steps.
///
/// A task's meta-gradient depends on the trainer, the parameters, the step and the task's index alone.
public struct Trainer: Sendable {
  public let learner: any MetaLearner
  /// What is remembered of tasks, and acts on those to come; nothing in most methods.
  public let outer: (any OuterMethod)?
  public let tasks: any TaskDistribution
  public let optimizer: any OuterOptimizer
  /// Tasks a step.
  public let batch: Int
  public let seed: UInt64
  /// What becomes of a task whose meta-gradient is not finite.
  public let nonFinite: NonFinitePolicy

  /// Names and shapes of what is learned.
  public let parameters: Parameters<Shape>
  /// Names and shapes of what the tasks of a step add up to.
  public let sums: SumLayout
  /// Names and shapes of what a step is given: the parameters; then, by names as `task.weight` and a row for
  /// each task, what tasks are told; then, where they are chosen, `task.step` and `task.place`.
  public let given: Parameters<Shape>
  private let stages: [TrainingStage]
  /// The outer update; see `OuterOptimizer.updateProgram`.
  public let update: Executable

  public init(
    learner: any MetaLearner, tasks: any TaskDistribution, optimizer: any OuterOptimizer,
    batch: Int, seed: UInt64, outer: (any OuterMethod)? = nil,
    nonFinite: NonFinitePolicy = .stop, kernels: Kernels = .fastest
  ) {
    precondition(
      nonFinite == .stop || outer == nil, "what is remembered of tasks is of all of them")
    precondition(batch > 0, "a step has at least one task, not \(batch)")
    let learner = outer?.learner(learner) ?? learner
    (self.learner, self.tasks, self.optimizer) = (learner, tasks, optimizer)
    (self.batch, self.seed, self.outer, self.nonFinite) = (batch, seed, outer, nonFinite)
    parameters = learner.layout
    let row = Parameters<Shape>(outer == nil ? [] : [("loss", [])]).merging(learner.tells)
    sums = SumLayout(parameters: parameters, row: row)
    let told = learner.told.merging(
      outer?.choosesTasks ?? false ? StepTasks.shapes : Parameters([]))
    given = parameters.merging(
      told.grouped(under: "task").map { Shape([batch] + $0.sizes) })
    stages = learner.stages.map { TrainingStage($0, shapes: tasks.shapes, kernels: kernels) }
    // Whoever has a trainer can start with the first stage at once.
    _ = stages.first?.executable()
    update = Executable(
      optimizer.updateProgram(parameters, tasks: nonFinite == .skip ? nil : batch),
      kernels: kernels)
  }

  /// A task's losses and meta-gradient at a step, or at the first one; see
  /// `MetaLearner.metaGradientProgram`. Compiled when it is first asked for.
  public func metaGradient(atStep step: Int = 0) -> Executable {
    stages[stage(ofStep: step)].executable()
  }

  /// Which of the learner's stages a step belongs to. Steps of one stage share their program.
  func stage(ofStep step: Int) -> Int { stages.lastIndex { $0.start <= step } ?? 0 }

  /// A task's meta-gradient as text, before it is compiled: of each stage. Where it is the same, so are
  /// the bits.
  public var metaGradientText: String {
    learner.stages.map { $0.learner.metaGradientProgram(tasks.shapes).description }
      .joined(separator: "\n")
  }

  /// The most memory that a task takes at any step.
  var peakBytes: Int { stages.map { $0.executable().peakBytes }.max() ?? 0 }

  /// All task indices of a step.
  public var wholeStep: TaskRange { TaskRange(batch: batch) }

  public func initialState() -> TrainingState {
    TrainingState(
      step: 0, parameters: learner.initial(RandomKey(seed: seed).child(Branch.parameters)),
      optimizer: optimizer.initialState(parameters),
      memory: outer?.initialMemory(batch: batch, parameters) ?? Parameters([]))
  }

  /// What all randomness of a task comes from.
  public func key(of task: TaskName) -> RandomKey {
    RandomKey(seed: seed).child(Branch.training).child(UInt64(task.step))
      .child(UInt64(task.place))
  }

  /// The data of one task that was drawn for a step.
  public func episode(step: Int, task: Int) -> Episode<NDArray> {
    episode(TaskName(step: step, place: task))
  }

  /// The data of one task.
  public func episode(_ task: TaskName) -> Episode<NDArray> { tasks.episode(key(of: task)) }

  /// The data of a range of a step's tasks, stacked along a new first axis.
  ///
  /// - Parameter given: as ``given(of:)``; looked at only where tasks are chosen.
  public func episodes(
    step: Int, _ range: TaskRange, given: Parameters<NDArray>? = nil
  ) -> Episode<PackedArray> {
    let chosen = StepTasks(self, step: step, given: given)
    return tasks.episodes(range.indices.map { key(of: chosen[$0]) })
  }
}

/// The branches of a run's tree of random keys. They never meet.
enum Branch {
  static let parameters: UInt64 = 0
  static let training: UInt64 = 1
  static let evaluation: UInt64 = 2
  static let validation: UInt64 = 3
  static let choosing: UInt64 = 4
}

/// A learner's stage, whose program is compiled when it is first asked for.
private struct TrainingStage: Sendable {
  let start: Int
  let executable: Once<Executable>

  init(_ stage: Stage, shapes: Episode<Shape>, kernels: Kernels) {
    start = stage.start
    executable = Once {
      Executable(stage.learner.metaGradientProgram(shapes), kernels: kernels)
    }
  }
}
