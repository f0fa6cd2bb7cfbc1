import Graphs
import NDArrays

extension ProgramBuilder {
  /// A constant factor is carried outwards. What is placed is a number times constants, so that numbers
  /// placed side by side are added up in one pass.
  mutating func simplest(_ element: Element, _ x: ValueID, _ shape: Shape) -> ValueID {
    switch element.role {
    case .pick:
      if let c = constant(x) { return fill(c, shape) }
      return define(.element(element), [x], shape)
    case .place:
      if let (value, factor) = factored(x) {
        return scaled(simplest(element, value, shape), by: factor, shape)
      }
      let unit = unit(element.index, shape)
      return simplest(.multiply, [unit, simplestBroadcast(x, shape)], shape)
    }
  }

  /// One at an index and zero elsewhere.
  private mutating func unit(_ index: Int, _ shape: Shape) -> ValueID {
    let row: Shape = [shape.count]
    let distance = difference(define(.ramp, [], row), fill(Float(index), row), row)
    let square = product(distance, distance, row)
    let nearness = difference(fill(0.25, row), square, row)
    return simplestReshape(gated(fill(1, row), by: nearness, row), shape)
  }
}
