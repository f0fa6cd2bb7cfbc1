public import NDArrays

/// Names one value of the program being traced. It has a shape and no numbers yet.
public struct Tensor {
  public let trace: Trace
  public let id: ValueID
  public let shape: Shape
}

/// Elementwise arithmetic. Operands of two shapes meet in the shape that both broadcast to.
extension Tensor {
  public static func + (a: Tensor, b: Tensor) -> Tensor { pointwise(.add, a, b) }
  public static func - (a: Tensor, b: Tensor) -> Tensor { pointwise(.subtract, a, b) }
  public static func * (a: Tensor, b: Tensor) -> Tensor { pointwise(.multiply, a, b) }
  public static func / (a: Tensor, b: Tensor) -> Tensor { pointwise(.divide, a, b) }
  public static func + (a: Tensor, b: Float) -> Tensor { a + a.filled(with: b) }
  public static func - (a: Tensor, b: Float) -> Tensor { a - a.filled(with: b) }
  public static func * (a: Float, b: Tensor) -> Tensor { b.filled(with: a) * b }
  public static func + (a: Float, b: Tensor) -> Tensor { b.filled(with: a) + b }
  public static func - (a: Float, b: Tensor) -> Tensor { b.filled(with: a) - b }
  public static func / (a: Float, b: Tensor) -> Tensor { b.filled(with: a) / b }
  public static prefix func - (a: Tensor) -> Tensor { Pointwise.negate(a) }

  public var exp: Tensor { Pointwise.exp(self) }
  public var log: Tensor { Pointwise.log(self) }
  public var tanh: Tensor { Pointwise.tanh(self) }
  public var sin: Tensor { Pointwise.sin(self) }
  public var cos: Tensor { Pointwise.cos(self) }
  public var squareRoot: Tensor { Pointwise.squareRoot(self) }
  /// The larger of each element and zero.
  public var relu: Tensor { Pointwise.relu(self) }
  public var sigmoid: Tensor { 0.5 * (0.5 * self).tanh + 0.5 }
  public var squared: Tensor { self * self }

  /// This tensor where `other` is positive, and zero elsewhere.
  public func gated(by other: Tensor) -> Tensor { Tensor.pointwise(.gate, self, other) }

  public static func maximum(_ a: Tensor, _ b: Tensor) -> Tensor { pointwise(.maximum, a, b) }
  public static func minimum(_ a: Tensor, _ b: Tensor) -> Tensor { pointwise(.minimum, a, b) }

  private static func pointwise(_ function: Pointwise, _ a: Tensor, _ b: Tensor) -> Tensor {
    guard let shape = a.shape.broadcast(with: b.shape) else {
      preconditionFailure("\(function.name) cannot combine \(a.shape) and \(b.shape)")
    }
    return function(a.broadcast(to: shape), b.broadcast(to: shape))
  }
}

/// Shapes, sums and products.
extension Tensor {
  /// A matrix with its rows and columns swapped.
  public var transposed: Tensor { trace.record(.transpose(.matrix), [self]) }

  /// The axes in another order: axis `i` of the result is axis `order[i]` of this tensor.
  public func transposed(_ order: [Int]) -> Tensor {
    trace.record(.transpose(Transpose(order: order)), [self])
  }

  /// Passes values through and cotangents not at all.
  public var stopped: Tensor { trace.record(.stop(Stop()), [self]) }

  public var mean: Tensor { (1 / Float(shape.count)) * sum(to: []) }
  public var sum: Tensor { sum(to: []) }

  /// Adds up what broadcasting from `target` would repeat.
  public func sum(to target: Shape) -> Tensor {
    shape == target ? self : trace.record(.sum(Sum(to: target)), [self])
  }

  /// Repeats this tensor until it has the shape `target`.
  public func broadcast(to target: Shape) -> Tensor {
    shape == target ? self : trace.record(.broadcast(Broadcast(to: target)), [self])
  }

  public func reshaped(to target: Shape) -> Tensor {
    shape == target ? self : trace.record(.reshape(Reshape(to: target)), [self])
  }

  /// One where a class is that of the row's label, zero elsewhere. No derivative flows to the labels.
  ///
  /// - Shapes: labels `[n]`, whole numbers from zero on; the result `[n, classes]`.
  public func oneHot(classes: Int) -> Tensor {
    let distance = reshaped(to: [shape.count, 1]) - trace.ramp(classes)
    return distance.filled(with: 1).gated(by: 0.25 - distance.squared)
  }

  /// A tensor of this shape with the same value everywhere.
  public func filled(with value: Float) -> Tensor { trace.fill(value, shape) }
}

/// The matrix product `a b`. Shapes: `[m, k]` and `[k, n]` give `[m, n]`.
public func matmul(_ a: Tensor, _ b: Tensor) -> Tensor { product(.nn, a, b) }

/// The matrix product `a bᵀ`. Shapes: `[m, k]` and `[n, k]` give `[m, n]`.
public func matmul(_ a: Tensor, transposed b: Tensor) -> Tensor { product(.nt, a, b) }

/// The matrix product `aᵀ b`. Shapes: `[k, m]` and `[k, n]` give `[m, n]`.
public func matmul(transposed a: Tensor, _ b: Tensor) -> Tensor { product(.tn, a, b) }

func product(_ form: Product.Form, _ a: Tensor, _ b: Tensor) -> Tensor {
  a.trace.record(.product(Product(form)), [a, b])
}
