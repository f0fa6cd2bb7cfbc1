public import MetaLearning
public import Networks

/// The settings are MAML's, where its rate is where rates start, and where decays start.
public struct ALFAPlan: LearnerPlan {
  public static let name = "alfa"

  public var maml: MAMLPlan
  public var initialDecay: Float

  public init(_ reader: inout PlanReader) throws(PlanError) {
    maml = try MAMLPlan(&reader)
    initialDecay = try reader.value("initial-decay", .number(from: 0), default: 0.0005)
  }

  /// Which layers move decides what the generator looks like, and so cannot differ in evaluation.
  public var settings: [(key: String, value: PlanValue)] {
    maml.settings + [("initial-decay", .number(initialDecay))]
  }

  public func misfit(with network: any Network) -> String? { maml.misfit(with: network) }

  public func learner(_ network: any Network, _ loss: Loss) -> any MetaLearner {
    ALFA(maml.maml(network, loss), initialDecay: initialDecay)
  }
}
