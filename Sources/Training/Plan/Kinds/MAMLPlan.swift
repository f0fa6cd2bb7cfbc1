public import MetaLearning
public import Networks

public struct MAMLPlan: LearnerPlan {
  public static let name = "maml"

  public var order: MAML.Order
  public var innerSteps: Int
  public var innerRate: Float
  public var adapts: Adapting

  public init(_ reader: inout PlanReader) throws(PlanError) {
    order = try reader.value("order", .choice, default: .second)
    innerSteps = try reader.value("inner-steps", .innerSteps(from: 1), default: 1)
    innerRate = try reader.value("inner-rate", .number(above: 0))
    adapts = try reader.value("adapts", .adapting, default: .all)
  }

  public mutating func readEvaluation(
    _ reader: inout PlanReader, _ purpose: EvaluationPlan.Purpose
  ) throws(PlanError) {
    innerRate = try reader.value("inner-rate", .number(above: 0), default: innerRate)
    adapts = try reader.value("adapts", .adapting, default: adapts)
  }

  public var settings: [(key: String, value: PlanValue)] {
    [
      ("order", .word(order.rawValue)), ("inner-steps", .whole(innerSteps)),
      ("inner-rate", .number(innerRate)), ("adapts", adapts.written),
    ]
  }

  public var evaluationSettings: [(key: String, value: PlanValue)] {
    [("inner-rate", .number(innerRate)), ("adapts", adapts.written)]
  }

  public func misfit(with network: any Network) -> String? { adapts.misfit(with: network) }

  public func learner(_ network: any Network, _ loss: Loss) -> any MetaLearner {
    maml(network, loss)
  }

  /// For the methods that go on from it.
  func maml(_ network: any Network, _ loss: Loss) -> MAML {
    MAML(
      network: network, loss: loss, innerRate: innerRate, innerSteps: innerSteps, order: order,
      adapts: adapts)
  }
}

extension Reading where Value == Int {
  /// Inner steps are unrolled, so a program grows with them.
  public static func innerSteps(from least: Int) -> Self { .whole(least...100) }
}
