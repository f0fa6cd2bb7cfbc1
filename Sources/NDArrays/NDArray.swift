/// Numbers in memory: a shape and its elements in row-major order.
public struct NDArray: Hashable, Sendable {
  public let shape: Shape
  public var elements: [Float] {
    didSet { precondition(elements.count == shape.count, "\(shape) has \(shape.count) elements") }
  }

  public init(_ elements: [Float], shape: Shape) {
    precondition(
      elements.count == shape.count, "\(elements.count) elements do not fill the shape \(shape)")
    (self.elements, self.shape) = (elements, shape)
  }

  /// A scalar.
  public init(_ value: Float) { self.init([value], shape: []) }

  /// The same value everywhere.
  public init(repeating value: Float, shape: Shape) {
    self.init([Float](repeating: value, count: shape.count), shape: shape)
  }
}
