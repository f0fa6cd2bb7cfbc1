/// How the result of a run is judged, on tasks that training never sees.
public struct EvaluationPlan: Sendable {
  /// How many.
  public let tasks: Int
  public let innerSteps: Int
  /// Where the tasks come from. It is not the run's, so that runs of several seeds meet the same ones.
  public let seed: UInt64

  /// Training's, with what differs here, such as the sizes of the sets.
  public internal(set) var family: any TasksPlan
  public let network: any NetworkPlan
  public let learner: any LearnerPlan
}

extension EvaluationPlan {
  /// What is left out is as in training.
  init(
    _ reader: inout PlanReader, _ family: any TasksPlan, _ network: any NetworkPlan,
    _ learner: any LearnerPlan
  ) throws(PlanError) {
    var (family, network, learner) = (family, network, learner)
    tasks = try reader.value("tasks", .whole(1...1 << 24), default: 600)
    try family.readEvaluation(&reader)
    try network.readEvaluation(&reader)
    innerSteps = try reader.value("inner-steps", .innerSteps(from: 0), default: 10)
    try learner.readEvaluation(&reader)
    seed = try reader.value("seed", .whole(0...UInt64.max), default: 1)
    (self.family, self.network, self.learner) = (family, network, learner)
  }

  var written: PlanValue {
    .mapping(
      [("tasks", .whole(tasks))] + family.evaluationSettings + network.evaluationSettings
        + [("inner-steps", .whole(innerSteps))] + learner.evaluationSettings
        + [("seed", .whole(seed))])
  }
}
