public import Episodes
public import Execution
public import Graphs
public import MetaLearning
public import NDArrays

/// What a plan means.
extension Trainer {
  public init(plan: RunPlan, kernels: Kernels = .fastest) {
    self.init(
      learner: plan.metaLearner(plan.learner), tasks: plan.trainingTasks(),
      optimizer: plan.optimizer.optimizer, batch: plan.batch, seed: plan.seed, kernels: kernels)
  }
}

extension RunPlan {
  public func trainingTasks() -> any CurveTasks {
    tasks.distribution(shots: tasks.shots, query: tasks.query)
  }

  /// The training family with evaluation's sizes of support and query set.
  public func evaluationTasks() -> any CurveTasks {
    tasks.distribution(shots: evaluation.shots, query: evaluation.query)
  }

  /// The learner as evaluation and pictures use it, at evaluation's rate.
  public func evaluationLearner() -> any MetaLearner {
    metaLearner(learner.with(innerRate: evaluation.innerRate))
  }

  /// How well parameters adapt to evaluation's tasks.
  public func evaluation(
    of parameters: Parameters<NDArray>, kernels: Kernels = .fastest
  ) -> Evaluation {
    Evaluation(
      evaluationLearner(), at: parameters, on: evaluationTasks(), count: evaluation.tasks,
      innerSteps: evaluation.innerSteps, seed: evaluation.seed, kernels: kernels)
  }

  fileprivate func metaLearner(_ learner: LearnerPlan) -> any MetaLearner {
    let shapes = trainingTasks().shapes.support
    return learner.learner(
      network.network(inputs: shapes.inputs[1], outputs: shapes.targets[1]), loss)
  }
}
