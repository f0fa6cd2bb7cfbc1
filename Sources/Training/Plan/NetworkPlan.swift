public import Networks

/// The network of a run: an MLP, whose first and last widths the tasks decide.
public struct NetworkPlan: Hashable, Sendable {
  /// Widths of the layers between.
  public let hidden: [Int]
  public let activation: Activation
  public let initializer: Initializer

  public func network(inputs: Int, outputs: Int) -> any Network {
    MLP(
      inputs: inputs, hidden: hidden, outputs: outputs, activation: activation,
      initializer: initializer)
  }
}

extension NetworkPlan {
  private enum Kind: String, CaseIterable { case mlp }

  init(_ reader: inout PlanReader) throws(PlanError) {
    switch try reader.value("kind", Reading<Kind>.choice) {
    case .mlp: break
    }
    hidden = try reader.value("hidden", .list(0...64, each: .whole(1...65_536)))
    activation = try reader.value("activation", .choice, default: .relu)
    initializer = try reader.section("initializer", Initializer.init)
  }

  var written: PlanValue {
    .mapping([
      ("kind", .word(Kind.mlp.rawValue)), ("hidden", .list(hidden.map(PlanValue.whole))),
      ("activation", .word(activation.rawValue)), ("initializer", initializer.written),
    ])
  }
}

extension Initializer {
  private enum Kind: String, CaseIterable {
    case zeros, normal
    case truncatedNormal = "truncated-normal"
    case glorotUniform = "glorot-uniform"
    case heNormal = "he-normal"
    case heUniform = "he-uniform"
  }

  fileprivate init(_ reader: inout PlanReader) throws(PlanError) {
    func deviation() throws(PlanError) -> Float {
      try reader.value("deviation", .number(above: 0), default: 0.01)
    }
    self =
      switch try reader.value("kind", Reading<Kind>.choice, default: .truncatedNormal) {
      case .zeros: .zeros
      case .normal: .normal(deviation: try deviation())
      case .truncatedNormal: .truncatedNormal(deviation: try deviation())
      case .glorotUniform: .glorotUniform
      case .heNormal: .heNormal
      case .heUniform: .heUniform
      }
  }

  fileprivate var written: PlanValue {
    func value(_ kind: Kind, deviation: Float? = nil) -> PlanValue {
      .mapping(
        [("kind", .word(kind.rawValue))] + (deviation.map { [("deviation", .number($0))] } ?? []))
    }
    return switch self {
    case .zeros: value(.zeros)
    case .normal(let deviation): value(.normal, deviation: deviation)
    case .truncatedNormal(let deviation): value(.truncatedNormal, deviation: deviation)
    case .glorotUniform: value(.glorotUniform)
    case .heNormal: value(.heNormal)
    case .heUniform: value(.heUniform)
    }
  }
}
