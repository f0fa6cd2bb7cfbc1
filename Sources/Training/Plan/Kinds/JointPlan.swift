public import MetaLearning
public import Networks

/// The control: one network for all tasks, and a rate for fine-tuning it in evaluation.
public struct JointPlan: LearnerPlan {
  public static let name = "joint"

  public var innerRate: Float

  public init(_ reader: inout PlanReader) throws(PlanError) {
    innerRate = try reader.value("inner-rate", .number(above: 0))
  }

  public mutating func readEvaluation(
    _ reader: inout PlanReader, _ purpose: EvaluationPlan.Purpose
  ) throws(PlanError) {
    innerRate = try reader.value("inner-rate", .number(above: 0), default: innerRate)
  }

  public var settings: [(key: String, value: PlanValue)] { [("inner-rate", .number(innerRate))] }
  public var evaluationSettings: [(key: String, value: PlanValue)] { settings }

  public func learner(_ network: any Network, _ loss: Loss) -> any MetaLearner {
    JointTraining(network: network, loss: loss, innerRate: innerRate)
  }
}
