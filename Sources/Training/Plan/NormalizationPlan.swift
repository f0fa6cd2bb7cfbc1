import Networks

extension Normalization {
  /// Of a network's layers, whatever names they have.
  init(_ reader: inout PlanReader) throws(PlanError) {
    let kind = try reader.value("kind", Reading<Kind>.choice, default: .batch)
    let scale = try reader.value("scale", .truth, default: true)
    let shift = try reader.value("shift", .truth, default: true)
    let learned: Learned = [scale ? .scale : [], shift ? .shift : []]
    let epsilon = try reader.value("epsilon", .number(above: 0), default: 1e-5)
    self.init("", kind: kind, learned: learned, epsilon: epsilon)
  }

  var written: PlanValue {
    .mapping([
      ("kind", .word(kind.rawValue)), ("scale", .truth(learned.contains(.scale))),
      ("shift", .truth(learned.contains(.shift))), ("epsilon", .number(epsilon)),
    ])
  }
}

extension Reading where Value == Bool {
  static var truth: Self { .choice([true, false]) { "\($0)" } }
}

extension PlanValue {
  static func truth(_ value: Bool) -> PlanValue { .word("\(value)") }
}

extension ConvolutionLayer.Bias {
  init(_ isLearned: Bool) { self = isLearned ? .learned : .none }

  var written: PlanValue { .truth(self == .learned) }
}
