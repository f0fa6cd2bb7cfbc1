public import MetaLearning

/// How parameters are judged, on tasks that training never sees.
public struct EvaluationPlan: Sendable {
  /// What is judged, and so of which classes the tasks are, where there are classes.
  public enum Purpose: Hashable, Sendable {
    /// Parameters on the way, to know the best.
    case validation
    /// The result of a run.
    case evaluation
  }

  /// How many.
  public let tasks: Int
  public let innerSteps: Int
  public let statistics: QueryStatistics
  /// Where the tasks come from. It is not the run's, so that runs of several seeds meet the same ones.
  public let seed: UInt64

  /// Training's, with what differs here, such as the sizes of the sets.
  public internal(set) var family: any TasksPlan
  public let network: any NetworkPlan
  public let learner: any LearnerPlan
}

/// Parameters are judged on the way, and the best of them kept.
public struct ValidationPlan: Sendable {
  /// Steps from one time to the next; the last step is followed by one in any case.
  public let every: Int
  public internal(set) var measured: EvaluationPlan
}

extension EvaluationPlan {
  /// What is left out is as in training.
  init(
    _ reader: inout PlanReader, _ purpose: Purpose, _ family: any TasksPlan,
    _ network: any NetworkPlan, _ learner: any LearnerPlan
  ) throws(PlanError) {
    var (family, network, learner) = (family, network, learner)
    tasks = try reader.value(
      "tasks", .whole(1...1 << 24), default: purpose == .evaluation ? 600 : 100)
    try family.readEvaluation(&reader, purpose)
    try network.readEvaluation(&reader, purpose)
    innerSteps = try reader.value("inner-steps", .innerSteps(from: 0), default: 10)
    try learner.readEvaluation(&reader, purpose)
    if let misfit = family.network(network).flatMap(learner.misfit) { throw reader.error(misfit) }
    statistics = try reader.value("statistics", .choice, default: .querySet)
    seed = try reader.value("seed", .whole(0...UInt64.max), default: 1)
    (self.family, self.network, self.learner) = (family, network, learner)
  }

  var settings: [(key: String, value: PlanValue)] {
    [("tasks", .whole(tasks))] + family.evaluationSettings + network.evaluationSettings
      + [("inner-steps", .whole(innerSteps))] + learner.evaluationSettings
      + [("statistics", .word(statistics.rawValue)), ("seed", .whole(seed))]
  }
}

extension ValidationPlan {
  /// `nil` where there is none, which `every: 0` says too.
  static func read(
    _ reader: inout PlanReader, _ family: any TasksPlan, _ network: any NetworkPlan,
    _ learner: any LearnerPlan
  ) throws(PlanError) -> ValidationPlan? {
    let every = try reader.value("every", .whole(0...1 << 24), default: 0)
    let measured = try EvaluationPlan(&reader, .validation, family, network, learner)
    return every > 0 ? ValidationPlan(every: every, measured: measured) : nil
  }
}

extension ValidationPlan? {
  var settings: [(key: String, value: PlanValue)] {
    [("every", .whole(self?.every ?? 0))] + (self?.measured.settings ?? [])
  }
}
