import Graphs
import NDArrays

extension ProgramBuilder {
  mutating func simplest(_ pooling: MaximumPooling, _ x: [ValueID], _ shape: Shape) -> ValueID {
    switch pooling.role {
    case .maximum: return maximum(x[0], pooling.windows, shape)
    case .route:
      let source = source(of: x[0], pooling.windows, isStrict: true)
      return simplestLinear(.maximumPooling(pooling), [source, x[1]], shape, in: 1..<2)
    case .pick:
      if let picked = gatedPick(pooling, x, shape) { return picked }
      let source = source(of: x[0], pooling.windows, isStrict: true)
      return passingPick(x[1], by: source, pooling.windows, shape)
        ?? simplestLinear(.maximumPooling(pooling), [source, x[1]], shape, in: 1..<2)
    }
  }

  /// The largest of each window: where `x` is a monotone function of other images, that function of
  /// their largest, which there are fewer of.
  private mutating func maximum(_ x: ValueID, _ windows: Windows, _ shape: Shape) -> ValueID {
    guard let operand = monotoneOperand(of: x, windows, isStrict: false) else {
      return define(.maximumPooling(MaximumPooling(.maximum, windows)), [x], shape)
    }
    guard case .pointwise(let function) = self[x].primitive else { return x }
    let operands = self[x].operands.map {
      $0 == operand ? maximum($0, windows, shape) : repeated($0, to: shape)
    }
    return simplest(function, operands, shape)
  }

  /// What is routed to where `x` is largest, gated by `x`: it may as well be gated by that largest value
  /// before, which there are fewer of. What passes goes where `x` is positive, and so to where
  /// anything is largest that `x` is a rectified function of.
  mutating func gatedRoute(_ a: ValueID, by gate: ValueID, _ shape: Shape) -> ValueID? {
    guard case .maximumPooling(let pooling) = self[a].primitive, pooling.role == .route,
      self[a].operands[0] == source(of: gate, pooling.windows, isStrict: true)
    else { return nil }
    let routed = self[a].operands[1]
    let maximum = maximum(gate, pooling.windows, self[routed].shape)
    let gated = gated(routed, by: maximum, self[routed].shape)
    let source = source(of: gate, pooling.windows, isStrict: false)
    return simplest(pooling, [source, gated], shape)
  }

  /// The same for what is picked where `x` is largest and was gated by `x`.
  private mutating func gatedPick(
    _ pooling: MaximumPooling, _ x: [ValueID], _ shape: Shape
  ) -> ValueID? {
    guard case .pointwise(.gate) = self[x[1]].primitive, self[x[1]].operands[1] == x[0] else {
      return nil
    }
    let source = source(of: x[0], pooling.windows, isStrict: false)
    let picked = simplest(pooling, [source, self[x[1]].operands[0]], shape)
    return gated(picked, by: maximum(x[0], pooling.windows, shape), shape)
  }
}

// MARK: - Functions of images that keep the largest of a window where it is

extension ProgramBuilder {
  /// The images at the bottom of a chain of functions that all rise with their operand.
  private func source(of x: ValueID, _ windows: Windows, isStrict: Bool) -> ValueID {
    var source = x
    while let operand = monotoneOperand(of: source, windows, isStrict: isStrict) {
      source = operand
    }
    return source
  }

  /// The operand that a value rises with, all else being equal within every window. A rectifier does so
  /// as well, but not strictly: of what it cuts off, nothing tells any more which was largest.
  ///
  /// Not a convolution, which may as well add the rest itself.
  private func monotoneOperand(of x: ValueID, _ windows: Windows, isStrict: Bool) -> ValueID? {
    guard let operand = risingOperand(of: x, isStrict: isStrict),
      windows.count.count <= windows.image.count
    else { return nil }
    if case .convolution = self[operand].primitive { return nil }
    return operand
  }

  private func risingOperand(of x: ValueID, isStrict: Bool) -> ValueID? {
    guard case .pointwise(let function) = self[x].primitive, let first = self[x].operands.first,
      let last = self[x].operands.last
    else { return nil }
    switch function {
    case .relu: return isStrict ? nil : first
    case .subtract: return isRepeated(last) ? first : nil
    case .add: return isRepeated(last) ? first : isRepeated(first) ? last : nil
    case .multiply:
      if isRepeated(last) && isPositive(last) { return first }
      return isRepeated(first) && isPositive(first) ? last : nil
    case .divide, .maximum, .minimum, .gate, .multiplyAdd, .negate, .exp, .log, .tanh, .sin, .cos,
      .squareRoot:
      return nil
    }
  }

  /// Whether all pixels of an image have the same value in a channel.
  private func isRepeated(_ id: ValueID) -> Bool {
    switch self[id].primitive {
    case .fill: return true
    case .broadcast:
      let strides = self[self[id].operands[0]].shape.strides(broadcastTo: self[id].shape)
      return strides.count == 4 && strides[1] == 0 && strides[2] == 0
    default: return false
    }
  }

  /// What `isRepeated`, for images of another size.
  private mutating func repeated(_ id: ValueID, to shape: Shape) -> ValueID {
    if let value = constant(id) { return fill(value, shape) }
    return simplestBroadcast(self[id].operands[0], shape)
  }

  /// Whether a value cannot be zero or below, whatever the inputs.
  private func isPositive(_ id: ValueID) -> Bool {
    let x = self[id].operands
    switch self[id].primitive {
    case .fill(let value): return value > 0
    case .broadcast, .reshape: return isPositive(x[0])
    case .pointwise(.divide): return isPositive(x[0]) && isPositive(x[1])
    case .pointwise(.multiply): return isPositive(x[0]) && isPositive(x[1])
    // A deviation: its square has something added that keeps it from zero.
    case .pointwise(.squareRoot), .pointwise(.exp): return true
    default: return false
    }
  }

  /// What a value has where `x` is largest, if that takes no look at `x`: as much as is made of `x` and of
  /// values that are the same all over an image.
  private mutating func passingPick(
    _ id: ValueID, by x: ValueID, _ windows: Windows, _ shape: Shape
  ) -> ValueID? {
    if id == x { return maximum(x, windows, shape) }
    if isRepeated(id) { return repeated(id, to: shape) }
    guard case .pointwise(let function) = self[id].primitive else { return nil }
    var operands: [ValueID] = []
    for operand in self[id].operands {
      guard let picked = passingPick(operand, by: x, windows, shape) else { return nil }
      operands.append(picked)
    }
    return simplest(function, operands, shape)
  }

  /// The sum of what was routed to where `x` is largest, times something: as much as of what was to be
  /// routed, times what the other has there.
  mutating func sumOfRoutedProduct(_ x: ValueID, _ target: Shape) -> ValueID? {
    guard case .pointwise(.multiply) = self[x].primitive else { return nil }
    let operands = self[x].operands
    for (route, other) in [(operands[0], operands[1]), (operands[1], operands[0])] {
      guard case .maximumPooling(let pooling) = self[route].primitive, pooling.role == .route,
        target.keepsNoPixels(of: self[x].shape)
      else { continue }
      let (source, routed) = (self[route].operands[0], self[route].operands[1])
      let shape = self[routed].shape
      guard let picked = passingPick(other, by: source, pooling.windows, shape) else { continue }
      return simplestSum(product(routed, picked, shape), target)
    }
    return nil
  }
}
