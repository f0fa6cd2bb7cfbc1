import Graphs
import NDArrays

extension Program {
  /// Constant factors and signs of large products carried over to a small factor, which takes them for next
  /// to nothing: `x - c (a s)` is `x + a (-c s)`, one multiply-add an element.
  ///
  /// Products with a scale of their own have taken theirs by now.
  func withSmallFactors() -> Program {
    let uses = useCounts
    return rewritten { builder, instruction, operands in
      let last = instruction.operands.last.map { uses[$0] == 1 } ?? false
      switch instruction.primitive {
      case .pointwise(.subtract) where last:
        if let product = builder.scaledProduct(operands[1], by: -1) {
          return builder.sum(operands[0], product, instruction.shape)
        }
      case .pointwise(.multiply) where uses[instruction.operands[0]] == 1:
        if let c = builder.constant(operands[1]),
          let product = builder.scaledProduct(operands[0], by: c)
        {
          return product
        }
      default: break
      }
      return builder.define(instruction.primitive, operands, instruction.shape)
    }
  }
}

extension ProgramBuilder {
  /// `c a s` where `a s` is a large product and `s` small and repeated.
  fileprivate mutating func scaledProduct(_ id: ValueID, by c: Float) -> ValueID? {
    guard case .pointwise(.multiply) = self[id].primitive else { return nil }
    let (shape, factors) = (self[id].shape, self[id].operands)
    for (large, small) in [(factors[0], factors[1]), (factors[1], factors[0])] {
      guard case .broadcast = self[small].primitive else { continue }
      let source = self[small].operands[0]
      guard shape.count >= 32, shape.count >= 16 * self[source].shape.count else { continue }
      let scaled = scaledWhole(source, by: c)
      return define(.pointwise(.multiply), [large, simplestBroadcast(scaled, shape)], shape)
    }
    return nil
  }

  /// A small value times a constant; what is picked is scaled among its neighbours, once for all.
  private mutating func scaledWhole(_ id: ValueID, by c: Float) -> ValueID {
    guard case .element(let element) = self[id].primitive, element.role == .pick else {
      return scaled(id, by: c, self[id].shape)
    }
    let whole = scaled(self[id].operands[0], by: c, element.whole)
    return define(.element(element), [whole], self[id].shape)
  }
}
