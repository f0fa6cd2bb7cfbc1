import Graphs
import NDArrays

extension Program {
  /// Products and convolutions that do what follows them: a scale, something added, a gate.
  ///
  /// A product whose only reader is such an operation is not written down but waits in a draft; the
  /// draft is written where the last operation stood that joined it. A sum of products is a chain of
  /// them, each one added to the one before.
  func withFusedProducts() -> Program {
    var fusion = ProductFusion(uses: useCounts, builder: ProgramBuilder(inputs: inputs))
    for (id, instruction) in instructions.enumerated() { fusion.take(instruction, id) }
    let results = results.map { fusion.written($0) }
    return Program(inputs: inputs, instructions: fusion.builder.instructions, results: results)
  }
}

private struct ProductFusion {
  let uses: [Int]
  var builder: ProgramBuilder
  var values: [Value] = []

  enum Value {
    case written(ValueID)
    /// A sum that may still grow, and the shape in which it is read.
    case draft(ProductSum, Shape)
  }

  mutating func take(_ instruction: Instruction, _ id: ValueID) {
    guard let draft = joined(instruction) else {
      let operands = instruction.operands.map { written($0) }
      let name = builder.define(instruction.primitive, operands, instruction.shape)
      values.append(.written(name))
      return
    }
    values.append(.draft(draft, instruction.shape))
    if uses[id] != 1 { _ = written(id) }
  }

  /// The name of a value in the new program; a draft is written down now.
  mutating func written(_ id: ValueID) -> ValueID {
    switch values[id] {
    case .written(let name): return name
    case .draft(let draft, let shape):
      var name = draft.written(&builder)
      if shape != draft.shape { name = builder.define(.reshape(Reshape(to: shape)), [name], shape) }
      values[id] = .written(name)
      return name
    }
  }

  /// The draft that this instruction starts or extends.
  private mutating func joined(_ instruction: Instruction) -> ProductSum? {
    let x = instruction.operands
    switch instruction.primitive {
    case .product(let product):
      return ProductSum(.product(product), x.map { written($0) }, instruction.shape)
    case .fusedConvolution(let fused) where fused.epilogue == Epilogue():
      return ProductSum(
        .convolution(fused), x.map { written($0) }, instruction.shape)
    case .pointwise(.multiply): return scaled(x[0], by: x[1])
    case .pointwise(.add): return sum(x[0], x[1], sign: 1)
    case .pointwise(.subtract): return sum(x[0], x[1], sign: -1)
    case .pointwise(.relu): return gated(x[0], by: nil)
    case .pointwise(.gate): return gated(x[0], by: x[1])
    case .reshape: return draft(x[0])
    case .pointwise, .input, .fill, .ramp, .convolution, .maximumPooling, .sumPooling, .broadcast,
      .sum,
      .transpose, .element, .stop, .fusedPointwise, .fusedProduct, .fusedConvolution, .fusedSum,
      .winograd:
      return nil
    }
  }

  private func draft(_ id: ValueID) -> ProductSum? {
    if case .draft(let draft, _) = values[id] { draft } else { nil }
  }

  /// A draft that is not through its gate yet.
  private func open(_ id: ValueID) -> ProductSum? {
    draft(id).flatMap { $0.gate == .none ? $0 : nil }
  }

  private func scaled(_ id: ValueID, by factor: ValueID) -> ProductSum? {
    guard case .written(let name) = values[factor], let factor = builder.constant(name) else {
      return nil
    }
    return open(id)?.scaled(by: factor)
  }

  /// `a + sign b`, where either is a draft.
  private mutating func sum(_ a: ValueID, _ b: ValueID, sign: Float) -> ProductSum? {
    switch (open(a), open(b)) {
    case (let left?, let right?): left.joined(with: right.scaled(by: sign))
    case (nil, let right?) where right.addend == nil:
      right.scaled(by: sign).plus(addend(a, to: right.shape))
    case (let left?, nil) where left.addend == nil:
      left.plus(addend(b, to: left.shape).scaled(by: sign))
    case (nil, _), (_?, nil): nil
    }
  }

  /// A value as something to add: read where it was before a constant scaled it or a row of it was
  /// repeated.
  private mutating func addend(_ id: ValueID, to shape: Shape) -> ProductSum.Addend {
    let name = written(id)
    let (value, factor) = builder.factored(name) ?? (name, 1)
    var addend = ProductSum.Addend(value: value, scale: factor)
    guard builder[addend.value].shape == shape, let row = row(addend.value) else { return addend }
    (addend.value, addend.kind) = (row, .row)
    if let (value, factor) = builder.factored(row) {
      addend.value = value
      addend.scale *= factor
    }
    return addend
  }

  /// The one row that a matrix repeats, if it does.
  private func row(_ id: ValueID) -> ValueID? {
    guard case .broadcast = builder[id].primitive else { return nil }
    let source = builder[id].operands[0]
    let length = builder[id].shape.sizes.last
    return builder[source].shape.count == length && builder[source].shape.sizes.last == length
      ? source : nil
  }

  private mutating func gated(_ id: ValueID, by gate: ValueID?) -> ProductSum? {
    guard var draft = open(id), id != gate else { return nil }
    draft.gate = gate.map { .matrix(written($0)) } ?? .relu
    return draft
  }
}
