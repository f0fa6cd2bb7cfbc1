/// How the result of a run is judged, on tasks that training never sees.
public struct EvaluationPlan: Hashable, Sendable {
  public let tasks: Int
  /// Points in a support set; may differ from training's, as in the MAML paper.
  public let shots: Int
  public let query: Int
  public let innerSteps: Int
  public let innerRate: Float
  /// Where the tasks come from. It is not the run's, so that runs of several seeds meet the same ones.
  public let seed: UInt64
}

extension EvaluationPlan {
  /// What is left out is as in training.
  init(
    _ reader: inout PlanReader, _ training: TasksPlan, _ learner: LearnerPlan
  ) throws(PlanError) {
    tasks = try reader.value("tasks", .whole(1...1 << 24), default: 600)
    shots = try reader.value("shots", TasksPlan.setSize, default: training.shots)
    query = try reader.value("query", TasksPlan.setSize, default: training.query)
    innerSteps = try reader.value(
      "inner-steps", .whole(0...LearnerPlan.mostInnerSteps), default: 10)
    innerRate = try reader.value("inner-rate", .number(above: 0), default: learner.innerRate)
    seed = try reader.value("seed", .whole(0...UInt64.max), default: 1)
  }

  var written: PlanValue {
    .mapping([
      ("tasks", .whole(tasks)), ("shots", .whole(shots)), ("query", .whole(query)),
      ("inner-steps", .whole(innerSteps)), ("inner-rate", .number(innerRate)),
      ("seed", .whole(seed)),
    ])
  }
}
