import Networks

extension Initializer {
  enum Kind: String, CaseIterable {
    case zeros, normal
    case truncatedNormal = "truncated-normal"
    case glorotUniform = "glorot-uniform"
    case heNormal = "he-normal"
    case heUniform = "he-uniform"
  }

  init(_ reader: inout PlanReader) throws(PlanError) {
    try self.init(&reader, assuming: .truncatedNormal)
  }

  /// As networks for images are usually drawn, unless the plan says otherwise.
  static func ofImages(_ reader: inout PlanReader) throws(PlanError) -> Initializer {
    try Initializer(&reader, assuming: .glorotUniform)
  }

  private init(_ reader: inout PlanReader, assuming kind: Kind) throws(PlanError) {
    func deviation() throws(PlanError) -> Float {
      try reader.value("deviation", .number(above: 0), default: 0.01)
    }
    self =
      switch try reader.value("kind", Reading<Kind>.choice, default: kind) {
      case .zeros: .zeros
      case .normal: .normal(deviation: try deviation())
      case .truncatedNormal: .truncatedNormal(deviation: try deviation())
      case .glorotUniform: .glorotUniform
      case .heNormal: .heNormal
      case .heUniform: .heUniform
      }
  }

  var written: PlanValue {
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
