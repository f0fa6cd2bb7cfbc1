internal import CKernels
internal import Compiler
internal import Graphs

/// One step of a pass, and another one that takes its value from it without going through memory.
struct PairedStep {
  struct Then {
    /// What the kernel calls the second function, by the place that the first one's value has in it.
    var code: UInt8
    /// The other arguments.
    var arguments: [FusedPointwise.Argument]
  }

  var first: FusedPointwise.Step
  var then: Then?

  var arguments: [FusedPointwise.Argument] { first.arguments + (then?.arguments ?? []) }
}

extension [FusedPointwise.Step] {
  /// The same steps, in pairs where a value is read once and both functions are cheap.
  func paired() -> [PairedStep] {
    let partners = partners
    let seconds = Set(partners.compactMap(\.self))
    // Steps that became the first of a pair are computed where the second one stood.
    let isFirst = indices.map { seconds.contains($0) }
    var names = [Int](repeating: 0, count: count)
    var pairs: [PairedStep] = []
    for (index, step) in enumerated() where !isFirst[index] {
      var pair = PairedStep(first: step.renamed(names))
      if let partner = partners[index], let then = then(step, after: partner) {
        pair = PairedStep(first: self[partner].renamed(names), then: then)
        pair.then?.arguments = then.arguments.map { $0.renamed(names) }
      }
      names[index] = pairs.count
      pairs.append(pair)
    }
    return pairs
  }

  /// For each step, the one before it that it is paired with.
  private var partners: [Int?] {
    let arguments = flatMap(\.arguments)
    var partners = [Int?](repeating: nil, count: count)
    for (index, step) in enumerated() {
      partners[index] =
        step.arguments.lazy.compactMap { argument -> Int? in
          guard case .step(let used) = argument, partners[used] == nil,
            arguments.count(where: { $0 == argument })
              == step.arguments.count(where: { $0 == argument }),
            self.then(step, after: used) != nil
          else { return nil }
          return used
        }.first
    }
    return partners
  }

  /// The kernel's form of a step that comes right after another one, if it has such.
  private func then(_ step: FusedPointwise.Step, after first: Int) -> PairedStep.Then? {
    guard self[first].function.canBeFirst else { return nil }
    if step == FusedPointwise.Step(.multiply, [.step(first), .step(first)]) {
      return PairedStep.Then(code: UInt8(OL_THEN_SQUARE), arguments: [])
    }
    guard step.arguments.count(where: { $0 == .step(first) }) == 1,
      let place = step.arguments.firstIndex(of: .step(first)),
      let code = step.function.codeAfter(place)
    else { return nil }
    var others = step.arguments
    others.remove(at: place)
    return PairedStep.Then(code: UInt8(code), arguments: others)
  }
}

extension FusedPointwise.Step {
  fileprivate func renamed(_ names: [Int]) -> Self {
    FusedPointwise.Step(function, arguments.map { $0.renamed(names) })
  }
}

extension FusedPointwise.Argument {
  fileprivate func renamed(_ names: [Int]) -> Self {
    if case .step(let index) = self { .step(names[index]) } else { self }
  }
}

extension Pointwise {
  fileprivate var canBeFirst: Bool {
    switch self {
    case .add, .subtract, .multiply, .divide, .multiplyAdd, .squareRoot: true
    case .maximum, .minimum, .gate, .negate, .exp, .log, .tanh, .sin, .cos, .relu:
      false
    }
  }

  /// The kernel's name of this function of a value in this place and others.
  fileprivate func codeAfter(_ place: Int) -> Int? {
    switch (self, place) {
    case (.add, _): OL_THEN_ADD
    case (.subtract, 0): OL_THEN_SUBTRACT
    case (.subtract, _): OL_THEN_SUBTRACT_FROM
    case (.multiply, _): OL_THEN_MULTIPLY
    case (.multiplyAdd, 0...1): OL_THEN_FMA
    case (.multiplyAdd, _): OL_THEN_ADD_TO_PRODUCT
    case (.gate, 0): OL_THEN_GATE
    case (.gate, _): OL_THEN_GATE_OTHER
    case (.relu, _): OL_THEN_RELU
    case (.divide, _), (.maximum, _), (.minimum, _), (.negate, _), (.exp, _), (.log, _), (.tanh, _),
      (.sin, _), (.cos, _), (.squareRoot, _):
      nil
    }
  }
}
