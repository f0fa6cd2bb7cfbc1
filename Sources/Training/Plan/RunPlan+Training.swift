public import Episodes
public import Execution
import Graphs
public import MetaLearning
import NDArrays

/// What a plan means.
extension Trainer {
  public init(plan: RunPlan, kernels: Kernels = .fastest) {
    self.init(
      learner: plan.trainingLearner(), tasks: plan.trainingTasks(),
      optimizer: plan.optimizer.optimizer, batch: plan.batch, seed: plan.seed,
      outer: plan.outer?.method(batch: plan.batch, kernels: kernels),
      nonFinite: plan.nonFinite, kernels: kernels)
  }
}

extension RunPlan {
  public func trainingTasks() -> any TaskDistribution { tasks.tasks() }

  public func trainingLearner() -> any MetaLearner { metaLearner(network, learner) }

  /// What adapts as the evaluation says.
  public func adaptingLearner() -> any MetaLearner {
    metaLearner(evaluation.network, evaluation.learner)
  }

  func evaluator(
    _ measured: EvaluationPlan, branch: UInt64, kernels: Kernels
  ) -> Evaluator {
    Evaluator(
      learner: metaLearner(measured.network, measured.learner), tasks: measured.family.tasks(),
      count: measured.tasks, innerSteps: measured.innerSteps, statistics: measured.statistics,
      key: RandomKey(seed: measured.seed).child(branch), kernels: kernels)
  }

  func metaLearner(
    _ network: any NetworkPlan, _ learner: any LearnerPlan
  ) -> any MetaLearner {
    let tasks = trainingTasks()
    let example = Shape(Array(tasks.shapes.support.inputs.sizes.dropFirst()))
    return learner.learner(network.network(example: example, outputs: tasks.outputs), loss)
  }
}
