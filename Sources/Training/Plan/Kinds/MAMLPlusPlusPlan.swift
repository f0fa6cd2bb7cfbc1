public import MetaLearning
public import Networks

/// The settings are MAML's, and a switch for each part.
public struct MAMLPlusPlusPlan: LearnerPlan {
  public static let name = "maml++"

  public var maml: MAMLPlan
  public var multiStepLoss: MultiStepLoss?
  public var firstOrderSteps: Int
  public var learnsRates: Bool
  public var normalizesEachStep: Bool

  public init(_ reader: inout PlanReader) throws(PlanError) {
    maml = try MAMLPlan(&reader)
    multiStepLoss = try reader.section("multi-step-loss", MultiStepLoss.read)
    firstOrderSteps = try reader.value("first-order-steps", .whole(0...1 << 24), default: 0)
    learnsRates = try reader.value("learned-rates", .truth, default: false)
    normalizesEachStep = try reader.value("norm-each-step", .truth, default: false)
  }

  public mutating func readEvaluation(
    _ reader: inout PlanReader, _ purpose: EvaluationPlan.Purpose
  ) throws(PlanError) {
    guard learnsRates else { return try maml.readEvaluation(&reader, purpose) }
    maml.adapts = try reader.value("adapts", .adapting, default: maml.adapts)
  }

  public var settings: [(key: String, value: PlanValue)] {
    maml.settings + [
      ("multi-step-loss", .mapping(multiStepLoss.settings)),
      ("first-order-steps", .whole(firstOrderSteps)), ("learned-rates", .truth(learnsRates)),
      ("norm-each-step", .truth(normalizesEachStep)),
    ]
  }

  public var evaluationSettings: [(key: String, value: PlanValue)] {
    learnsRates ? [("adapts", maml.adapts.written)] : maml.evaluationSettings
  }

  public func misfit(with network: any Network) -> String? {
    maml.misfit(with: network) ?? (normalizesEachStep ? movingNorm(of: network) : nil)
  }

  /// What has a value for each step cannot also go on from the step before.
  private func movingNorm(of network: any Network) -> String? {
    (0..<100).flatMap { maml.adapts.moving(at: $0, in: network).sorted() }
      .first(where: network.isNormalization)
      .map { "has '\($0)' for each step (norm-each-step), and adapts it" }
  }

  public func learner(_ network: any Network, _ loss: Loss) -> any MetaLearner {
    MAMLPlusPlus(
      maml.maml(network, loss), multiStepLoss: multiStepLoss, firstOrderSteps: firstOrderSteps,
      learnsRates: learnsRates, normalizesEachStep: normalizesEachStep)
  }
}

extension MultiStepLoss {
  /// `nil` where there is none, which `phases: 0` says too.
  fileprivate static func read(_ reader: inout PlanReader) throws(PlanError) -> MultiStepLoss? {
    let phases = try reader.value("phases", .whole(0...100), default: 0)
    guard phases > 0 else { return nil }
    return MultiStepLoss(
      phases: phases, phaseSteps: try reader.value("phase-steps", .whole(1...1 << 24)))
  }
}

extension MultiStepLoss? {
  fileprivate var settings: [(key: String, value: PlanValue)] {
    guard let loss = self else { return [("phases", .whole(0))] }
    return [("phases", .whole(loss.phases)), ("phase-steps", .whole(loss.phaseSteps))]
  }
}
