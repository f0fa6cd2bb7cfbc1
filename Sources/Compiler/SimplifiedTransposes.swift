import Graphs
import NDArrays

/// Networks have filters in another layout than kernels do. What stands between an inner step's
/// convolutions is pointwise, so one rule is enough for all transposes but the outermost to meet their
/// inverses: a pointwise function of transposes is the transpose of the function.
extension ProgramBuilder {
  mutating func simplest(_ transpose: Transpose, _ x: ValueID, _ shape: Shape) -> ValueID {
    if let c = constant(x) { return fill(c, shape) }
    if transpose.order == Array(transpose.order.indices) { return x }
    if case .transpose(let first) = self[x].primitive {
      let both = Transpose(order: transpose.order.map { first.order[$0] })
      return simplest(both, self[x].operands[0], shape)
    }
    if let (value, factor) = factored(x) {
      return scaled(simplest(transpose, value, shape), by: factor, shape)
    }
    return define(.transpose(transpose), [x], shape)
  }

  /// A function of which some operand is transposed and no other one is in the way. Matrices are left
  /// alone, since products read them either way.
  mutating func liftedTranspose(
    _ function: Pointwise, _ x: [ValueID], _ shape: Shape
  ) -> ValueID? {
    guard let transpose = x.compactMap({ outerTranspose($0) }).first, shape.rank > 2,
      function != .multiply || x.allSatisfy({ constant($0) == nil }),
      x.allSatisfy({ canLift($0, transpose) })
    else { return nil }
    let plain = Shape(transpose.inverse.order.map { shape[$0] })
    let operands = x.map { lifted($0, transpose, plain) }
    return simplest(transpose, simplest(function, operands, plain), shape)
  }

  /// The transpose that a value is, but for a constant factor, unless it is computed once for all runs.
  private func outerTranspose(_ id: ValueID) -> Transpose? {
    let value = factored(id)?.value ?? id
    guard !isHoisted[id], case .transpose(let transpose) = self[value].primitive else { return nil }
    return transpose
  }

  private func canLift(_ id: ValueID, _ transpose: Transpose) -> Bool {
    isHoisted[id] || constant(id) != nil || outerTranspose(id) == transpose
  }

  /// The value of which `id` is the transpose.
  private mutating func lifted(
    _ id: ValueID, _ transpose: Transpose, _ shape: Shape
  ) -> ValueID {
    if let c = constant(id) { return fill(c, shape) }
    if let (value, factor) = factored(id), outerTranspose(id) == transpose {
      return scaled(self[value].operands[0], by: factor, shape)
    }
    return outerTranspose(id) == transpose
      ? self[id].operands[0] : simplest(transpose.inverse, id, shape)
  }
}
