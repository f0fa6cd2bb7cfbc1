public import MetaLearning
public import Networks

/// The settings are MAML's.
public struct TNetPlan: LearnerPlan {
  public static let name = "t-net"

  public var maml: MAMLPlan

  public init(_ reader: inout PlanReader) throws(PlanError) { maml = try MAMLPlan(&reader) }

  public mutating func readEvaluation(
    _ reader: inout PlanReader, _ purpose: EvaluationPlan.Purpose
  ) throws(PlanError) {
    try maml.readEvaluation(&reader, purpose)
  }

  public var settings: [(key: String, value: PlanValue)] { maml.settings }
  public var evaluationSettings: [(key: String, value: PlanValue)] { maml.evaluationSettings }

  public func misfit(with network: any Network) -> String? { maml.misfit(with: network) }

  public func learner(_ network: any Network, _ loss: Loss) -> any MetaLearner {
    TNet(maml.maml(network, loss))
  }
}
