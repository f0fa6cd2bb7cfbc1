public import MetaLearning
public import Networks

/// How a run learns to learn.
public enum LearnerPlan: Hashable, Sendable {
  case maml(order: MAML.Order, innerSteps: Int, innerRate: Float)
  /// The control: one network for all tasks, and a rate for fine-tuning it in evaluation.
  case joint(innerRate: Float)

  public var innerRate: Float {
    switch self {
    case .maml(_, _, let innerRate), .joint(let innerRate): innerRate
    }
  }

  /// The same method at another rate.
  public func with(innerRate: Float) -> LearnerPlan {
    switch self {
    case .maml(let order, let innerSteps, _):
      .maml(order: order, innerSteps: innerSteps, innerRate: innerRate)
    case .joint: .joint(innerRate: innerRate)
    }
  }

  public func learner(_ network: any Network, _ loss: Loss) -> any MetaLearner {
    switch self {
    case .maml(let order, let innerSteps, let innerRate):
      MAML(
        network: network, loss: loss, innerRate: innerRate, innerSteps: innerSteps, order: order,
        adapts: .all)
    case .joint(let innerRate):
      JointTraining(network: network, loss: loss, innerRate: innerRate)
    }
  }
}

extension LearnerPlan {
  private enum Method: String, CaseIterable { case maml, joint }

  /// Inner steps are unrolled, so a program grows with them.
  static let mostInnerSteps = 100

  init(_ reader: inout PlanReader) throws(PlanError) {
    switch try reader.value("method", Reading<Method>.choice) {
    case .maml:
      self = .maml(
        order: try reader.value("order", .choice, default: .second),
        innerSteps: try reader.value("inner-steps", .whole(1...Self.mostInnerSteps), default: 1),
        innerRate: try reader.value("inner-rate", .number(above: 0)))
    case .joint:
      self = .joint(innerRate: try reader.value("inner-rate", .number(above: 0)))
    }
  }

  var written: PlanValue {
    switch self {
    case .maml(let order, let innerSteps, let innerRate):
      .mapping([
        ("method", .word(Method.maml.rawValue)), ("order", .word(order.rawValue)),
        ("inner-steps", .whole(innerSteps)), ("inner-rate", .number(innerRate)),
      ])
    case .joint(let innerRate):
      .mapping([("method", .word(Method.joint.rawValue)), ("inner-rate", .number(innerRate))])
    }
  }
}
