import Graphs
import NDArrays

extension Program {
  /// Constants folded, common subexpressions shared, identities removed, and constant factors
  /// carried outwards, where they meet each other and end in an epilogue.
  func simplified() -> Program {
    rewritten { builder, instruction, operands in
      builder.simplest(instruction.primitive, operands, instruction.shape)
    }
  }
}

extension ProgramBuilder {
  /// The value of an instruction, written in the simplest way the rules know.
  mutating func simplest(
    _ primitive: Primitive, _ operands: [ValueID], _ shape: Shape
  ) -> ValueID {
    switch primitive {
    case .pointwise(let function): simplest(function, operands, shape)
    case .product(let product): simplest(product, operands, shape)
    case .convolution, .sumPooling: simplestLinear(primitive, operands, shape, in: operands.indices)
    case .maximumPooling(let pooling): simplest(pooling, operands, shape)
    case .broadcast: simplestBroadcast(operands[0], shape)
    case .sum: simplestSum(operands[0], shape)
    case .reshape: simplestReshape(operands[0], shape)
    case .transpose(let transpose): simplest(transpose, operands[0], shape)
    case .element(let element): simplest(element, operands[0], shape)
    // Cotangents have been stopped by now.
    case .stop: operands[0]
    case .input, .fill, .ramp, .fusedPointwise, .fusedProduct, .fusedConvolution, .fusedSum,
      .winograd:
      define(primitive, operands, shape)
    }
  }

  mutating func fill(_ value: Float, _ shape: Shape) -> ValueID {
    define(.fill(value), [], shape)
  }

  mutating func scaled(_ value: ValueID, by factor: Float, _ shape: Shape) -> ValueID {
    simplest(.multiply, [value, fill(factor, shape)], shape)
  }
}

// MARK: - Pointwise

extension ProgramBuilder {
  mutating func simplest(
    _ function: Pointwise, _ x: [ValueID], _ shape: Shape
  ) -> ValueID {
    let constants = x.compactMap(constant)
    if constants.count == x.count, function.isCorrectlyRounded {
      return fill(Float(function(constants.map(Double.init))), shape)
    }
    if let lifted = liftedTranspose(function, x, shape) { return lifted }
    switch function {
    case .add: return sum(x[0], x[1], shape)
    case .subtract: return difference(x[0], x[1], shape)
    case .multiply: return product(x[0], x[1], shape)
    case .negate: return scaled(x[0], by: -1, shape)
    case .divide: return quotient(x[0], x[1], shape)
    case .gate: return gated(x[0], by: x[1], shape)
    case .maximum, .minimum, .multiplyAdd, .exp, .log, .tanh, .sin, .cos, .squareRoot, .relu:
      return define(.pointwise(function), x, shape)
    }
  }

  mutating func sum(_ a: ValueID, _ b: ValueID, _ shape: Shape) -> ValueID {
    if constant(a) == 0 { return b }
    if constant(b) == 0 { return a }
    if a == b { return scaled(a, by: 2, shape) }
    if let (x, c) = factored(a), let (y, d) = factored(b), c == d {
      return scaled(sum(x, y, shape), by: c, shape)
    }
    return define(.pointwise(.add), [min(a, b), max(a, b)], shape)
  }

  mutating func difference(_ a: ValueID, _ b: ValueID, _ shape: Shape) -> ValueID {
    if constant(b) == 0 { return a }
    if constant(a) == 0 { return scaled(b, by: -1, shape) }
    if a == b { return fill(0, shape) }
    if let (x, c) = factored(a), let (y, d) = factored(b), c == d {
      return scaled(difference(x, y, shape), by: c, shape)
    }
    return define(.pointwise(.subtract), [a, b], shape)
  }

  /// A constant factor stands last, and a factor of a factor is one factor.
  mutating func product(_ a: ValueID, _ b: ValueID, _ shape: Shape) -> ValueID {
    if constant(a) != nil { return product(b, a, shape) }
    if let c = constant(b) {
      if c == 1 { return a }
      if c == 0 { return fill(0, shape) }
      if let (x, d) = factored(a) { return scaled(x, by: c * d, shape) }
      return define(.pointwise(.multiply), [a, b], shape)
    }
    if let (x, c) = factored(a) { return scaled(product(x, b, shape), by: c, shape) }
    if let (y, c) = factored(b) { return scaled(product(a, y, shape), by: c, shape) }
    return define(.pointwise(.multiply), [min(a, b), max(a, b)], shape)
  }

  private mutating func quotient(_ a: ValueID, _ b: ValueID, _ shape: Shape) -> ValueID {
    if constant(b) == 1 { return a }
    if let (x, c) = factored(a) { return scaled(quotient(x, b, shape), by: c, shape) }
    return define(.pointwise(.divide), [a, b], shape)
  }

  mutating func gated(_ a: ValueID, by gate: ValueID, _ shape: Shape) -> ValueID {
    if let c = constant(gate) { return c > 0 ? a : fill(0, shape) }
    if constant(a) == 0 { return a }
    if case .pointwise(.gate) = self[a].primitive, self[a].operands[1] == gate { return a }
    if let (x, c) = factored(a) { return scaled(gated(x, by: gate, shape), by: c, shape) }
    return gatedRoute(a, by: gate, shape) ?? define(.pointwise(.gate), [a, gate], shape)
  }
}

// MARK: - Products, sums and shapes

extension ProgramBuilder {
  private mutating func simplest(
    _ product: Product, _ x: [ValueID], _ shape: Shape
  ) -> ValueID {
    if let (form, operands) = withoutTransposes(product.form, x) {
      return simplest(Product(form), operands, shape)
    }
    return simplestLinear(.product(product), x, shape, in: x.indices)
  }

  /// What is linear in some of its operands is zero where one of them is, and passes on a constant
  /// factor of any of them.
  mutating func simplestLinear(
    _ primitive: Primitive, _ x: [ValueID], _ shape: Shape, in linear: Range<Int>
  ) -> ValueID {
    if linear.contains(where: { constant(x[$0]) == 0 }) { return fill(0, shape) }
    for index in linear {
      guard let (value, factor) = factored(x[index]) else { continue }
      var plain = x
      plain[index] = value
      return scaled(simplest(primitive, plain, shape), by: factor, shape)
    }
    return define(primitive, x, shape)
  }

  /// A product of a transposed matrix is a product of another form, where there is one.
  private func withoutTransposes(
    _ form: Product.Form, _ x: [ValueID]
  ) -> (Product.Form, [ValueID])? {
    if form != .nt, let left = untransposed(x[0]) {
      return (form == .nn ? .tn : .nn, [left, x[1]])
    }
    if form != .tn, let right = untransposed(x[1]) {
      return (form == .nn ? .nt : .nn, [x[0], right])
    }
    return nil
  }

  private func untransposed(_ id: ValueID) -> ValueID? {
    self[id].primitive == .transpose(.matrix) ? self[id].operands[0] : nil
  }

  mutating func simplestBroadcast(_ x: ValueID, _ shape: Shape) -> ValueID {
    if let c = constant(x) { return fill(c, shape) }
    if self[x].shape == shape { return x }
    if case .broadcast = self[x].primitive {
      return simplestBroadcast(self[x].operands[0], shape)
    }
    return define(.broadcast(Broadcast(to: shape)), [x], shape)
  }

  mutating func simplestReshape(_ x: ValueID, _ shape: Shape) -> ValueID {
    if self[x].shape == shape { return x }
    if let c = constant(x) { return fill(c, shape) }
    if case .reshape = self[x].primitive { return simplestReshape(self[x].operands[0], shape) }
    if let (value, factor) = factored(x) {
      return scaled(simplestReshape(value, shape), by: factor, shape)
    }
    return define(.reshape(Reshape(to: shape)), [x], shape)
  }
}
