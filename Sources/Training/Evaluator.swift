public import Coordination
public import Episodes
public import Execution
public import Graphs
public import MetaLearning
public import NDArrays
import Networks

/// The definition of an evaluation: on which tasks parameters are measured, and what is measured.
///
/// A task's row depends on the evaluator, the parameters and the task's index alone. It is the query
/// loss after 0, 1, ... inner steps; then, where targets are labels, the query accuracies; then how far
/// each layer moved.
public struct Evaluator: Sendable {
  public let learner: any MetaLearner
  public let tasks: any TaskDistribution
  /// How many tasks.
  public let count: Int
  public let innerSteps: Int
  public let statistics: QueryStatistics
  /// The branch of all random keys that the tasks are on.
  private let key: RandomKey
  private let compiled: Once<Executable>

  init(
    learner: any MetaLearner, tasks: any TaskDistribution, count: Int, innerSteps: Int,
    statistics: QueryStatistics, key: RandomKey, kernels: Kernels
  ) {
    (self.learner, self.tasks, self.count) = (learner, tasks, count)
    layers = learner.network.layerNames
    (self.innerSteps, self.statistics, self.key) = (innerSteps, statistics, key)
    compiled = Once {
      Executable(
        learner.evaluationProgram(
          tasks.shapes, steps: innerSteps, normalizedBy: statistics,
          tellingMoves: true),
        kernels: kernels)
    }
  }

  public var hasAccuracy: Bool { learner.loss.targets == .labels }

  /// How many numbers a row has.
  public var width: Int { (innerSteps + 1) * (hasAccuracy ? 2 : 1) + layers.count }

  /// After how many inner steps it is measured how far layers moved.
  public var stepsOfMoves: Int { learner.stepsOfMoves(of: innerSteps) }

  /// The network's layers, of each of which it is measured how far it moved.
  public let layers: [String]

  /// One task's row; see `MetaLearner.evaluationProgram`. Compiled when it is first asked for: most
  /// processes never measure.
  public var executable: Executable { compiled() }

  /// The key of one task.
  public func key(ofTask task: Int) -> RandomKey { key.child(UInt64(task)) }

  /// The data of a range of tasks, stacked along a new first axis.
  public func episodes(_ range: TaskRange) -> Episode<PackedArray> {
    tasks.episodes(range.indices.map { key(ofTask: $0) })
  }
}

/// Measures ranges of tasks, on one thread, in memory made once.
///
/// It may be handed to the thread that will use it; two threads never share one.
public final class EvaluationRunner: @unchecked Sendable {
  private let evaluator: Evaluator
  private let arena: TaskArena

  public init(_ evaluator: Evaluator) {
    self.evaluator = evaluator
    arena = TaskArena(evaluator.executable, of: evaluator.learner)
  }

  /// From now on these parameters are measured.
  public func set(_ parameters: Parameters<NDArray>) { arena.set(parameters) }

  /// The rows of a range, whose data is stacked in `episodes` from its first task on.
  ///
  /// A number that is not finite, as after a descent that diverged, is ``Evaluation/diverged``: it is an
  /// answer like any other, and finite on its way.
  public func rows(_ range: TaskRange, _ episodes: Episode<PackedArray>) -> TaskSum {
    let values = (0..<range.count).flatMap { task in
      arena.run(task, of: episodes, key: evaluator.key(ofTask: range.lower + task))
      return arena.results.map { $0.isFinite ? $0 : Evaluation.diverged }
    }
    return TaskSum(range: range, values: values, added: 0)
  }
}
