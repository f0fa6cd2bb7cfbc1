public import Episodes
public import Execution
public import Graphs
public import MetaLearning
public import NDArrays

/// What a plan means.
extension Trainer {
  public init(plan: RunPlan, kernels: Kernels = .fastest) {
    self.init(
      learner: plan.trainingLearner(), tasks: plan.trainingTasks(),
      optimizer: plan.optimizer.optimizer, batch: plan.batch, seed: plan.seed, kernels: kernels)
  }
}

extension RunPlan {
  public func trainingTasks() -> any TaskDistribution { tasks.tasks() }

  public func trainingLearner() -> any MetaLearner { metaLearner(network, learner) }

  /// The training family as evaluation sees it, for instance with sets of other sizes.
  public func evaluationTasks() -> any TaskDistribution { evaluation.family.tasks() }

  /// The learner as evaluation and pictures use it, for instance at a rate of its own.
  public func evaluationLearner() -> any MetaLearner {
    metaLearner(evaluation.network, evaluation.learner)
  }

  /// How well parameters adapt to evaluation's tasks.
  public func evaluation(
    of parameters: Parameters<NDArray>, kernels: Kernels = .fastest
  ) -> Evaluation {
    Evaluation(
      evaluationLearner(), at: parameters, on: evaluationTasks(), count: evaluation.tasks,
      innerSteps: evaluation.innerSteps, seed: evaluation.seed, kernels: kernels)
  }

  private func metaLearner(
    _ network: any NetworkPlan, _ learner: any LearnerPlan
  ) -> any MetaLearner {
    let tasks = trainingTasks()
    let example = Shape(Array(tasks.shapes.support.inputs.sizes.dropFirst()))
    return learner.learner(network.network(example: example, outputs: tasks.outputs), loss)
  }
}
