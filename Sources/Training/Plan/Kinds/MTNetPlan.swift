public import MetaLearning
public import Networks

/// The settings are MAML's, and how masks are drawn.
public struct MTNetPlan: LearnerPlan {
  public static let name = "mt-net"

  public var maml: MAMLPlan
  public var each: MTNet.Each
  public var draw: MTNet.Draw
  public var temperature: Float

  public init(_ reader: inout PlanReader) throws(PlanError) {
    maml = try MAMLPlan(&reader)
    each = try reader.value("mask-each", .choice, default: .unit)
    draw = try reader.value("mask", .choice, default: .straightThrough)
    temperature = try reader.value("temperature", .number(above: 0), default: 1)
  }

  public mutating func readEvaluation(
    _ reader: inout PlanReader, _ purpose: EvaluationPlan.Purpose
  ) throws(PlanError) {
    try maml.readEvaluation(&reader, purpose)
  }

  public var settings: [(key: String, value: PlanValue)] {
    maml.settings + [
      ("mask-each", .word(each.rawValue)), ("mask", .word(draw.rawValue)),
      ("temperature", .number(temperature)),
    ]
  }

  public var evaluationSettings: [(key: String, value: PlanValue)] { maml.evaluationSettings }

  public func misfit(with network: any Network) -> String? { maml.misfit(with: network) }

  public func learner(_ network: any Network, _ loss: Loss) -> any MetaLearner {
    MTNet(TNet(maml.maml(network, loss)), each: each, draw: draw, temperature: temperature)
  }
}
