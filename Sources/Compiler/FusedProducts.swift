import Graphs
import NDArrays

extension Program {
  /// Products that do what follows them: a scale, something added, a gate.
  ///
  /// A product whose only reader is such an operation is not written down but waits in a draft; the
  /// draft is written where the last operation stood that joined it.
  func withFusedProducts() -> Program {
    var fusion = ProductFusion(uses: useCounts)
    for (id, instruction) in instructions.enumerated() { fusion.take(instruction, id) }
    let results = results.map { fusion.written($0) }
    return Program(inputs: inputs, instructions: fusion.builder.instructions, results: results)
  }
}

private struct ProductFusion {
  /// A product that may still grow. Operands are names in the new program.
  struct Draft {
    var operation: FusedProduct
    var factors: [ValueID]
    var addend: ValueID?
    var gate: ValueID?
    var shape: Shape

    var isOpen: Bool { operation.gate == .none }
    var canAdd: Bool { isOpen && addend == nil }
    var operands: [ValueID] { factors + [addend, gate].compactMap(\.self) }
  }

  enum Value {
    case written(ValueID)
    case draft(Draft)
  }

  let uses: [Int]
  var builder = ProgramBuilder()
  var values: [Value] = []

  mutating func take(_ instruction: Instruction, _ id: ValueID) {
    guard let draft = joined(instruction) else {
      let operands = instruction.operands.map { written($0) }
      let name = builder.define(instruction.primitive, operands, instruction.shape)
      values.append(.written(name))
      return
    }
    values.append(.draft(draft))
    if uses[id] != 1 { _ = written(id) }
  }

  /// The name of a value in the new program; a draft is written down now.
  mutating func written(_ id: ValueID) -> ValueID {
    switch values[id] {
    case .written(let name): return name
    case .draft(let draft):
      let name = builder.define(.fusedProduct(draft.operation), draft.operands, draft.shape)
      values[id] = .written(name)
      return name
    }
  }

  /// The draft that this instruction starts or extends.
  private mutating func joined(_ instruction: Instruction) -> Draft? {
    let x = instruction.operands
    switch instruction.primitive {
    case .product(let product):
      return Draft(
        operation: FusedProduct(product), factors: x.map { written($0) }, shape: instruction.shape)
    case .pointwise(.multiply): return scaled(x[0], by: x[1])
    case .pointwise(.add):
      return sum(x[1], plus: x[0], sign: 1) ?? sum(x[0], plus: x[1], sign: 1)
    case .pointwise(.subtract): return sum(x[1], plus: x[0], sign: -1)
    case .pointwise(.relu): return gated(x[0], by: nil)
    case .pointwise(.gate): return gated(x[0], by: x[1])
    case .pointwise, .input, .fill, .convolution, .maximumPooling, .sumPooling, .broadcast, .sum,
      .reshape, .transpose, .stop, .fusedPointwise, .fusedProduct, .fusedConvolution:
      return nil
    }
  }

  private func draft(_ id: ValueID) -> Draft? {
    if case .draft(let draft) = values[id] { draft } else { nil }
  }

  private func constant(_ id: ValueID) -> Float? {
    if case .written(let name) = values[id] { builder.constant(name) } else { nil }
  }

  private func scaled(_ id: ValueID, by factor: ValueID) -> Draft? {
    guard var draft = draft(id), draft.canAdd, let factor = constant(factor) else { return nil }
    draft.operation.scale *= factor
    return draft
  }

  private mutating func sum(_ id: ValueID, plus other: ValueID, sign: Float) -> Draft? {
    guard var draft = draft(id), draft.canAdd, constant(other) == nil else { return nil }
    let addend = written(other)
    draft.operation.scale *= sign
    if let row = row(addend) {
      (draft.operation.addend, draft.addend) = (.row, row)
    } else {
      (draft.operation.addend, draft.addend) = (.matrix, addend)
    }
    return draft
  }

  /// The one row that a matrix repeats, if it does.
  private func row(_ id: ValueID) -> ValueID? {
    guard case .broadcast = builder[id].primitive else { return nil }
    let source = builder[id].operands[0]
    return builder[source].shape.count == builder[id].shape[1]
      && builder[source].shape.sizes.last == builder[id].shape[1] ? source : nil
  }

  private mutating func gated(_ id: ValueID, by gate: ValueID?) -> Draft? {
    guard var draft = draft(id), draft.isOpen, id != gate else { return nil }
    draft.operation.gate = gate == nil ? .relu : .matrix
    draft.gate = gate.map { written($0) }
    return draft
  }
}
