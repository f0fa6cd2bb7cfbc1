public import MetaLearning
public import Networks

public struct ReptilePlan: LearnerPlan {
  public static let name = "reptile"

  public var innerSteps: Int
  public var innerRate: Float
  public var innerBatch: Int
  public var innerOptimizer: InnerOptimizer

  public init(_ reader: inout PlanReader) throws(PlanError) {
    innerSteps = try reader.value("inner-steps", .innerSteps(from: 1), default: 5)
    innerRate = try reader.value("inner-rate", .number(above: 0))
    innerBatch = try reader.value("inner-batch", .whole(1...1 << 16), default: 10)
    innerOptimizer = try reader.section("inner-optimizer", InnerOptimizer.init)
  }

  public mutating func readEvaluation(
    _ reader: inout PlanReader, _ purpose: EvaluationPlan.Purpose
  ) throws(PlanError) {
    innerRate = try reader.value("inner-rate", .number(above: 0), default: innerRate)
    innerBatch = try reader.value("inner-batch", .whole(1...1 << 16), default: innerBatch)
  }

  public var settings: [(key: String, value: PlanValue)] {
    [("inner-steps", .whole(innerSteps))] + evaluationSettings
      + [("inner-optimizer", .mapping(innerOptimizer.settings))]
  }

  public var evaluationSettings: [(key: String, value: PlanValue)] {
    [("inner-rate", .number(innerRate)), ("inner-batch", .whole(innerBatch))]
  }

  public func learner(_ network: any Network, _ loss: Loss) -> any MetaLearner {
    Reptile(
      network: network, loss: loss, innerRate: innerRate, innerSteps: innerSteps,
      innerBatch: innerBatch, innerOptimizer: innerOptimizer)
  }
}

extension InnerOptimizer {
  private enum Name: String, CaseIterable { case sgd, adam }

  /// The moments' defaults are those of the source's experiments.
  fileprivate init(_ reader: inout PlanReader) throws(PlanError) {
    switch try reader.value("method", Reading<Name>.choice, default: .adam) {
    case .sgd: self = .sgd
    case .adam:
      let betas = try reader.value(
        "betas", .list(2...2, each: .number(from: 0, below: 1)), default: [0, 0.999])
      self = .adam(
        beta1: betas[0], beta2: betas[1],
        epsilon: try reader.value("epsilon", .number(above: 0), default: 1e-8))
    }
  }

  fileprivate var settings: [(key: String, value: PlanValue)] {
    switch self {
    case .sgd: [("method", .word(Name.sgd.rawValue))]
    case .adam(let beta1, let beta2, let epsilon):
      [
        ("method", .word(Name.adam.rawValue)), ("betas", .list([.number(beta1), .number(beta2)])),
        ("epsilon", .number(epsilon)),
      ]
    }
  }
}
