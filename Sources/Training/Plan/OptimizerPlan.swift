public import Optimizers

/// How the parameters of a run move once a step.
public struct OptimizerPlan: Hashable, Sendable {
  public enum Method: Hashable, Sendable {
    case sgd(SGD)
    case momentum(Momentum)
    case adam(Adam)
  }

  public let method: Method
  public let clip: Clip

  public var optimizer: any OuterOptimizer {
    switch clip {
    case .none: unclipped
    case .elementwise, .norm: Clipped(unclipped, by: clip)
    }
  }

  private var unclipped: any OuterOptimizer {
    switch method {
    case .sgd(let sgd): sgd
    case .momentum(let momentum): momentum
    case .adam(let adam): adam
    }
  }
}

extension OptimizerPlan {
  private enum Name: String, CaseIterable { case sgd, momentum, adam }

  init(_ reader: inout PlanReader) throws(PlanError) {
    let name = try reader.value("method", Reading<Name>.choice)
    let rate = try Schedule(&reader)
    method =
      switch name {
      case .sgd: .sgd(SGD(rate: rate))
      case .momentum: .momentum(try Momentum(&reader, rate))
      case .adam: .adam(try Adam(&reader, rate))
      }
    clip = try reader.section("clip", Clip.init)
  }

  var written: PlanValue {
    let method: [(String, PlanValue)] =
      switch method {
      case .sgd(let sgd): [("method", .word(Name.sgd.rawValue))] + sgd.rate.written
      case .momentum(let momentum):
        [("method", .word(Name.momentum.rawValue))] + momentum.rate.written + momentum.written
      case .adam(let adam):
        [("method", .word(Name.adam.rawValue))] + adam.rate.written + adam.written
      }
    return .mapping(method + [("clip", clip.written)])
  }
}

extension Momentum {
  fileprivate init(_ reader: inout PlanReader, _ rate: Schedule) throws(PlanError) {
    self.init(
      rate: rate,
      momentum: try reader.value("momentum", .number(from: 0, below: 1), default: 0.9),
      form: try reader.value("form", .choice, default: .classical))
  }

  fileprivate var written: [(String, PlanValue)] {
    [("momentum", .number(momentum)), ("form", .word(form.rawValue))]
  }
}

extension Adam {
  fileprivate init(_ reader: inout PlanReader, _ rate: Schedule) throws(PlanError) {
    let betas = try reader.value(
      "betas", .list(2...2, each: .number(from: 0, below: 1)), default: [0.9, 0.999])
    self.init(
      rate: rate, beta1: betas[0], beta2: betas[1],
      epsilon: try reader.value("epsilon", .number(above: 0), default: 1e-8))
  }

  fileprivate var written: [(String, PlanValue)] {
    [
      ("betas", .list([.number(beta1), .number(beta2)])), ("epsilon", .number(epsilon)),
    ]
  }
}

extension Clip {
  private enum Kind: String, CaseIterable { case none, elementwise, norm }

  fileprivate init(_ reader: inout PlanReader) throws(PlanError) {
    func limit() throws(PlanError) -> Float { try reader.value("limit", .number(above: 0)) }
    self =
      switch try reader.value("kind", Reading<Kind>.choice, default: .none) {
      case .none: .none
      case .elementwise: .elementwise(limit: try limit())
      case .norm: .norm(limit: try limit())
      }
  }

  fileprivate var written: PlanValue {
    func value(_ kind: Kind, _ limit: [(String, PlanValue)] = []) -> PlanValue {
      .mapping([("kind", .word(kind.rawValue))] + limit)
    }
    return switch self {
    case .none: value(.none)
    case .elementwise(let limit): value(.elementwise, [("limit", .number(limit))])
    case .norm(let limit): value(.norm, [("limit", .number(limit))])
    }
  }
}
