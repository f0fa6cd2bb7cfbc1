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

/// The same elements with the axes in another order; for a matrix, its rows and columns swapped.
public struct Transpose: DifferentiableOperation {
  /// Which axis of the operand each axis of the result is.
  public var order: [Int]

  public init(order: [Int] = [1, 0]) { self.order = order }

  public static let matrix = Transpose()

  public var name: String {
    self == .matrix
      ? "transpose" : "transpose \(order.map(String.init).joined(separator: ","))"
  }

  /// The transpose that undoes this one.
  public var inverse: Transpose {
    Transpose(order: order.indices.map { axis in order.firstIndex(of: axis) ?? axis })
  }

  public func shape(of x: [Shape]) throws(ShapeError) -> Shape {
    guard x.count == 1, order.sorted() == Array(x[0].sizes.indices) else {
      throw ShapeError(self, x)
    }
    return Shape(order.map { x[0][$0] })
  }

  public func pullback(_ dy: Tensor, _ x: [Tensor], _ y: Tensor) -> [Tensor?] {
    [dy.transposed(inverse.order)]
  }

  public func reference(_ x: [Reference.Value], _ result: Shape) -> [Double] {
    let strides = x[0].shape.strides(broadcastTo: x[0].shape)
    var offsets = [0]
    for (axis, source) in order.enumerated() {
      offsets = offsets.flatMap { start in
        (0..<result[axis]).map { start + $0 * strides[source] }
      }
    }
    return offsets.map { x[0].elements[$0] }
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
