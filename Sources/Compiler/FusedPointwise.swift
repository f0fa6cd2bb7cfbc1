import Graphs
import NDArrays

extension Program {
  /// Chains of pointwise operations in one pass over memory.
  ///
  /// An operation with one reader that is pointwise too waits in a draft and is computed there.
  /// Constants become literals; broadcasts are read in place where strides can say so.
  func withFusedPointwise() -> Program {
    var fusion = PointwiseFusion(
      uses: useCounts, isReadWhole: isReadWhole, isReadAnew: isReadAnew,
      builder: ProgramBuilder(inputs: inputs))
    for (id, instruction) in instructions.enumerated() { fusion.take(instruction, id) }
    let results = results.map { fusion.written($0) }
    return Program(inputs: inputs, instructions: fusion.builder.instructions, results: results)
  }
}

extension Program {
  /// Which values somebody reads who cannot compute them in passing.
  fileprivate var isReadWhole: [Bool] {
    var isReadWhole = [Bool](repeating: false, count: instructions.count)
    for result in results { isReadWhole[result] = true }
    for instruction in instructions {
      switch instruction.primitive {
      case .pointwise, .sum: continue
      case .input, .fill, .ramp, .product, .convolution, .maximumPooling, .sumPooling, .broadcast,
        .reshape, .transpose, .element, .stop, .fusedPointwise, .fusedProduct, .fusedConvolution,
        .fusedSum,
        .winograd:
        for operand in instruction.operands { isReadWhole[operand] = true }
      }
    }
    return isReadWhole
  }
}

extension Program {
  /// Which values are known before a run and read in every one.
  fileprivate var isReadAnew: [Bool] {
    let isHoisted = hoisted
    var isReadAnew = [Bool](repeating: false, count: instructions.count)
    for (id, instruction) in instructions.enumerated() where !isHoisted[id] {
      for operand in instruction.operands { isReadAnew[operand] = isHoisted[operand] }
    }
    return isReadAnew
  }
}

/// What one pass can hold; the kernels' limits.
enum PointwiseLimits {
  /// Values of at least so many elements may be computed by each reader anew: they leave the caches, so
  /// that to compute them is cheaper than to write and read them.
  static let largeCount = 1 << 17
  /// Those with a product in them from so many on only: a reader may make a multiply-add of it, which
  /// rounds once, so that this limit decides about bits.
  static let largeProduct = 1 << 18
  /// So many terms are added up image by image.
  static let largeSum = 1 << 16
  /// Values of at most so many elements that are known before a run are not computed anew in it.
  static let smallCount = 256
  /// Passes over at most so many elements, and of at least so many steps, are gathered to be computed
  /// together.
  static let smallPass = 64
  static let gatheredSteps = 3
  static let operands = 8
  static let literals = 8
  static let steps = 24
}

private struct PointwiseFusion {
  /// An expression that may still be taken into a larger one. Operands are names in the new program.
  struct Draft {
    var steps: [FusedPointwise.Step] = []
    var operands: [ValueID] = []
    var shape: Shape

    mutating func operand(_ name: ValueID) -> FusedPointwise.Argument {
      if let index = operands.firstIndex(of: name) { return .operand(index) }
      operands.append(name)
      return .operand(operands.count - 1)
    }

    /// Takes in another expression; answers where its result is.
    mutating func inline(_ other: Draft) -> FusedPointwise.Argument {
      let places = other.operands.map { operand($0) }
      var results: [FusedPointwise.Argument] = []
      for step in other.steps {
        let arguments = step.arguments.map { argument in
          switch argument {
          case .operand(let index): places[index]
          case .literal: argument
          case .step(let index): results[index]
          }
        }
        results.append(result(of: FusedPointwise.Step(step.function, arguments)))
      }
      return results[results.count - 1]
    }

    /// Where the result of a step is; a step that is there already is not repeated.
    private mutating func result(of step: FusedPointwise.Step) -> FusedPointwise.Argument {
      if let index = steps.firstIndex(of: step) { return .step(index) }
      steps.append(step)
      return .step(steps.count - 1)
    }

    var literals: Int {
      steps.flatMap(\.arguments).filter { if case .literal = $0 { true } else { false } }.count
    }
  }

  enum Value {
    case written(ValueID)
    /// Written only if somebody cannot read it in another way.
    case fill(Float, Shape)
    case broadcast(of: ValueID, Shape)
    case draft(Draft)
  }

  let uses: [Int]
  let isReadWhole: [Bool]
  let isReadAnew: [Bool]
  var builder: ProgramBuilder
  var values: [Value] = []

  mutating func take(_ instruction: Instruction, _ id: ValueID) {
    switch instruction.primitive {
    case .fill(let value): values.append(.fill(value, instruction.shape))
    case .broadcast:
      values.append(.broadcast(of: written(instruction.operands[0]), instruction.shape))
    case .pointwise(let function):
      values.append(.draft(draft(function, instruction.operands, instruction.shape)))
      let isKnown = isReadAnew[id] && instruction.shape.count <= PointwiseLimits.smallCount
      if isKnown || (uses[id] != 1 && !isCheapToRepeat(id)) { _ = written(id) }
    case .sum: values.append(.written(sum(instruction)))
    case .input, .ramp, .product, .convolution, .maximumPooling, .sumPooling, .reshape,
      .transpose,
      .element, .stop, .fusedPointwise, .fusedProduct, .fusedConvolution, .fusedSum, .winograd:
      let operands = instruction.operands.map { written($0) }
      values.append(
        .written(builder.define(instruction.primitive, operands, instruction.shape)))
    }
  }

  /// The name of a value in the new program; what waited is written down now.
  mutating func written(_ id: ValueID) -> ValueID {
    let name: ValueID
    switch values[id] {
    case .written(let known): return known
    case .fill(let value, let shape): name = builder.define(.fill(value), [], shape)
    case .broadcast(let source, let shape):
      name = builder.define(.broadcast(Broadcast(to: shape)), [source], shape)
    case .draft(let draft):
      let operation = FusedPointwise(draft.steps.withMultiplyAdds(), target: draft.shape)
      name = builder.define(.fusedPointwise(operation), draft.operands, draft.shape)
    }
    values[id] = .written(name)
    return name
  }

  /// Whether every reader may compute a value anew: it takes no more memory traffic than to read it.
  private func isCheapToRepeat(_ id: ValueID) -> Bool {
    guard case .draft(let draft) = values[id], !isReadWhole[id] else { return false }
    let hasProduct = draft.steps.contains { $0.function == .multiply }
    guard
      draft.shape.count
        >= (hasProduct ? PointwiseLimits.largeProduct : PointwiseLimits.largeCount)
    else { return false }
    let large = draft.operands.count { builder[$0].shape.count == draft.shape.count }
    return large == 1 && draft.steps.count <= 2 && draft.steps.allSatisfy(\.function.isCheap)
  }

  /// A sum, which takes in the terms it adds up where they are not in memory yet.
  private mutating func sum(_ instruction: Instruction) -> ValueID {
    let id = instruction.operands[0]
    guard case .draft(let draft) = values[id],
      PointwiseView(
        draft.operands.map { builder[$0].shape }, terms: draft.shape,
        summedTo: instruction.shape) != nil
    else { return builder.define(instruction.primitive, [written(id)], instruction.shape) }
    let terms = FusedPointwise(draft.steps.withMultiplyAdds(), target: draft.shape)
    return builder.define(
      .fusedSum(FusedSum(terms, to: instruction.shape)), draft.operands, instruction.shape)
  }

  /// The expression of a function of these values, with everything taken in that fits.
  private mutating func draft(
    _ function: Pointwise, _ operands: [ValueID], _ shape: Shape
  ) -> Draft {
    var draft = Draft(shape: shape)
    var arguments = operands.map { argument($0, in: &draft) }
    // A constant stands last, so that equal steps look alike.
    if function == .add || function == .multiply, case .literal = arguments[0] {
      arguments.reverse()
    }
    draft.steps.append(FusedPointwise.Step(function, arguments))
    guard fits(draft) else { return plain(function, operands, shape) }
    return draft
  }

  private mutating func argument(
    _ id: ValueID, in draft: inout Draft
  ) -> FusedPointwise.Argument {
    switch values[id] {
    case .fill(let value, _): return .literal(value)
    case .draft(let other): return draft.inline(other)
    case .broadcast(let source, _): return draft.operand(source)
    case .written(let name): return draft.operand(name)
    }
  }

  /// The same function of values that are all in memory.
  private mutating func plain(
    _ function: Pointwise, _ operands: [ValueID], _ shape: Shape
  ) -> Draft {
    var draft = Draft(shape: shape)
    let arguments = operands.map { draft.operand(written($0)) }
    draft.steps.append(FusedPointwise.Step(function, arguments))
    return draft
  }

  private func fits(_ draft: Draft) -> Bool {
    draft.operands.count <= PointwiseLimits.operands && draft.literals <= PointwiseLimits.literals
      && draft.steps.count <= PointwiseLimits.steps
      && PointwiseView(draft.operands.map { builder[$0].shape }, target: draft.shape) != nil
  }
}

extension Pointwise {
  /// Whether it is one instruction.
  fileprivate var isCheap: Bool {
    switch self {
    case .add, .subtract, .multiply, .maximum, .minimum, .gate, .multiplyAdd, .negate, .relu: true
    case .divide, .exp, .log, .tanh, .sin, .cos, .squareRoot: false
    }
  }
}

extension Array where Element == FusedPointwise.Step {
  /// A product that is only added to something is one multiply-add with it.
  fileprivate func withMultiplyAdds() -> [FusedPointwise.Step] {
    var steps = self
    for (index, step) in enumerated() {
      guard let fused = multiplyAdd(for: step, in: steps) else { continue }
      steps[index] = fused
    }
    return steps.withoutDeadSteps()
  }

  private func multiplyAdd(
    for step: FusedPointwise.Step, in steps: [FusedPointwise.Step]
  ) -> FusedPointwise.Step? {
    let x = step.arguments
    switch step.function {
    case .add:
      if let factors = factors(x[1], in: steps) {
        return FusedPointwise.Step(.multiplyAdd, factors + [x[0]])
      }
      return factors(x[0], in: steps).map { FusedPointwise.Step(.multiplyAdd, $0 + [x[1]]) }
    case .subtract:
      guard let factors = factors(x[1], in: steps), case .literal(let c) = factors[1] else {
        return nil
      }
      return FusedPointwise.Step(.multiplyAdd, [factors[0], .literal(-c), x[0]])
    case .multiply, .divide, .maximum, .minimum, .gate, .multiplyAdd, .negate, .exp, .log, .tanh,
      .sin, .cos, .squareRoot, .relu:
      return nil
    }
  }

  /// The factors of an argument that is a product read by nobody else.
  private func factors(
    _ argument: FusedPointwise.Argument, in steps: [FusedPointwise.Step]
  ) -> [FusedPointwise.Argument]? {
    guard case .step(let index) = argument, steps[index].function == .multiply else { return nil }
    let readers = steps.flatMap(\.arguments).filter { $0 == argument }.count
    return readers == 1 ? steps[index].arguments : nil
  }

  private func withoutDeadSteps() -> [FusedPointwise.Step] {
    var isNeeded = [Bool](repeating: false, count: count)
    isNeeded[count - 1] = true
    for index in indices.reversed() where isNeeded[index] {
      for case .step(let used) in self[index].arguments { isNeeded[used] = true }
    }
    var names = [Int](repeating: 0, count: count)
    var kept: [FusedPointwise.Step] = []
    for index in indices where isNeeded[index] {
      let arguments = self[index].arguments.map { argument -> FusedPointwise.Argument in
        if case .step(let used) = argument { .step(names[used]) } else { argument }
      }
      names[index] = kept.count
      kept.append(FusedPointwise.Step(self[index].function, arguments))
    }
    return kept
  }
}
