import Optimizers

/// A schedule takes two keys of the optimiser: `rate`, where it starts, and `schedule`, where it goes.
extension Schedule {
  private enum Kind: String, CaseIterable { case constant, linear, cosine, stepwise }

  init(_ reader: inout PlanReader) throws(PlanError) {
    let rate = try reader.value("rate", .number(above: 0))
    self = try reader.section("schedule") { reader throws(PlanError) in
      switch try reader.value("kind", Reading<Kind>.choice, default: .constant) {
      case .constant: .constant(rate)
      case .linear: .linear(from: rate, to: try Self.end(&reader), steps: try Self.steps(&reader))
      case .cosine: .cosine(from: rate, to: try Self.end(&reader), steps: try Self.steps(&reader))
      case .stepwise: try Self.stepwise(&reader, from: rate)
      }
    }
  }

  private static func end(_ reader: inout PlanReader) throws(PlanError) -> Float {
    try reader.value("to", .number(from: 0), default: 0)
  }

  private static func steps(_ reader: inout PlanReader) throws(PlanError) -> Int {
    try reader.value("steps", .whole(1...1 << 24))
  }

  private static func stepwise(
    _ reader: inout PlanReader, from rate: Float
  ) throws(PlanError) -> Schedule {
    let steps = Reading.list(1...64, each: .whole(1...1 << 23))
    return .stepwise(
      from: rate, factor: try reader.value("factor", .number(above: 0)),
      at: try reader.value(
        "at", steps.and("ascending") { zip($0, $0.dropFirst()).allSatisfy(<) }))
  }

  var written: [(String, PlanValue)] {
    [("rate", .number(start)), ("schedule", .mapping(shape))]
  }

  private var start: Float {
    switch self {
    case .constant(let rate), .linear(let rate, _, _), .cosine(let rate, _, _),
      .stepwise(let rate, _, _):
      rate
    }
  }

  private var shape: [(String, PlanValue)] {
    func pairs(_ kind: Kind, _ rest: (String, PlanValue)...) -> [(String, PlanValue)] {
      [("kind", .word(kind.rawValue))] + rest
    }
    return switch self {
    case .constant: pairs(.constant)
    case .linear(_, let end, let steps):
      pairs(.linear, ("to", .number(end)), ("steps", .whole(steps)))
    case .cosine(_, let end, let steps):
      pairs(.cosine, ("to", .number(end)), ("steps", .whole(steps)))
    case .stepwise(_, let factor, let steps):
      pairs(.stepwise, ("factor", .number(factor)), ("at", .list(steps.map(PlanValue.whole))))
    }
  }
}
