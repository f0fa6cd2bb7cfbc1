public import NDArrays

/// The same elements in the same order under another shape.
public struct Reshape: DifferentiableOperation {
  public var target: Shape

  public init(to target: Shape) { self.target = target }

  public var name: String { "reshape" }

  public func shape(of x: [Shape]) throws(ShapeError) -> Shape {
    guard x.count == 1, x[0].count == target.count else { throw ShapeError(self, x) }
    return target
  }

  public func pullback(_ dy: Tensor, _ x: [Tensor], _ y: Tensor) -> [Tensor?] {
    [dy.reshaped(to: x[0].shape)]
  }

  public func reference(_ x: [Reference.Value], _ result: Shape) -> [Double] { x[0].elements }
}

/// Swaps the two axes of a matrix.
public struct Transpose: DifferentiableOperation {
  public init() {}

  public var name: String { "transpose" }

  public func shape(of x: [Shape]) throws(ShapeError) -> Shape {
    guard x.count == 1, x[0].rank == 2 else { throw ShapeError(self, x) }
    return [x[0][1], x[0][0]]
  }

  public func pullback(_ dy: Tensor, _ x: [Tensor], _ y: Tensor) -> [Tensor?] { [dy.transposed] }

  public func reference(_ x: [Reference.Value], _ result: Shape) -> [Double] {
    let (rows, columns) = (result[0], result[1])
    return (0..<rows * columns).map { x[0].elements[$0 % columns * rows + $0 / columns] }
  }
}

/// Passes values through and cotangents not at all: the whole of first-order MAML.
public struct Stop: DifferentiableOperation {
  public init() {}

  public var name: String { "stop" }

  public func shape(of x: [Shape]) throws(ShapeError) -> Shape {
    guard x.count == 1 else { throw ShapeError(self, x) }
    return x[0]
  }

  public func pullback(_ dy: Tensor, _ x: [Tensor], _ y: Tensor) -> [Tensor?] { [nil] }

  public func reference(_ x: [Reference.Value], _ result: Shape) -> [Double] { x[0].elements }
}
