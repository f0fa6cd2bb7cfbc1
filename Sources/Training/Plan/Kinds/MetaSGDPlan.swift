public import MetaLearning
public import Networks

public struct MetaSGDPlan: LearnerPlan {
  public static let name = "meta-sgd"

  public var order: MAML.Order
  public var innerSteps: Int
  public var initialRates: MetaSGD.InitialRates
  public var adapts: Adapting

  public init(_ reader: inout PlanReader) throws(PlanError) {
    order = try reader.value("order", .choice, default: .second)
    innerSteps = try reader.value("inner-steps", .innerSteps(from: 1), default: 1)
    initialRates = try reader.value(
      "initial-rates", .initialRates, default: .uniform(0.005...0.1))
    adapts = try reader.value("adapts", .adapting, default: .all)
  }

  public mutating func readEvaluation(
    _ reader: inout PlanReader, _ purpose: EvaluationPlan.Purpose
  ) throws(PlanError) {
    adapts = try reader.value("adapts", .adapting, default: adapts)
  }

  public var evaluationSettings: [(key: String, value: PlanValue)] {
    [("adapts", adapts.written)]
  }

  public var settings: [(key: String, value: PlanValue)] {
    [
      ("order", .word(order.rawValue)), ("inner-steps", .whole(innerSteps)),
      ("initial-rates", initialRates.written), ("adapts", adapts.written),
    ]
  }

  public func misfit(with network: any Network) -> String? { adapts.misfit(with: network) }

  public func learner(_ network: any Network, _ loss: Loss) -> any MetaLearner {
    MetaSGD(
      network: network, loss: loss, initialRates: initialRates, innerSteps: innerSteps,
      order: order, adapts: adapts)
  }
}

extension Reading where Value == MetaSGD.InitialRates {
  /// The least and the greatest of uniform draws; twice the same for a constant.
  fileprivate static var initialRates: Self {
    Reading<[Float]>.list(2...2, each: .number(above: 0))
      .and("the lower one first") { $0[0] <= $0[1] }
      .map { $0[0] == $0[1] ? .constant($0[0]) : .uniform($0[0]...$0[1]) }
  }
}

extension MetaSGD.InitialRates {
  fileprivate var written: PlanValue {
    let (least, greatest) =
      switch self {
      case .constant(let rate): (rate, rate)
      case .uniform(let range): (range.lowerBound, range.upperBound)
      }
    return .list([.number(least), .number(greatest)])
  }
}
