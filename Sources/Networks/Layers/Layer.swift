public import Graphs
public import NDArrays

/// One step of a network that is a sequence of steps.
///
/// A layer says nothing about how large its inputs are; it is told the shape of one example, which is
/// `[height, width, channels]` for images and `[features]` for vectors.
public protocol Layer: Sendable {
  /// The shape of one example after this layer; `nil` where the layer cannot take such inputs.
  func output(_ input: Shape) -> Shape?

  /// The layer's weights under their public names.
  func weights(_ input: Shape) -> Parameters<Weight>

  /// The values after this layer.
  func callAsFunction(_ weights: Parameters<Tensor>, _ inputs: Signal) -> Signal
}

extension Layer {
  /// A layer learns nothing unless it says so.
  public func weights(_ input: Shape) -> Parameters<Weight> { Parameters([]) }
}

/// A weight as a layer declares it.
public struct Weight: Hashable, Sendable {
  /// What stands there before training.
  public enum Start: Hashable, Sendable {
    case drawn(Initializer)
    case constant(Float)
  }

  public var shape: Shape
  public var start: Start

  public init(_ shape: Shape, _ start: Start) { (self.shape, self.start) = (shape, start) }

  func initial(_ key: RandomKey) -> NDArray {
    switch start {
    case .drawn(let initializer): initializer(shape, key)
    case .constant(let value): NDArray(repeating: value, shape: shape)
    }
  }
}

/// What flows from layer to layer: the values of all examples, and whose statistics normalise them.
public struct Signal {
  /// Shape: `[n]` and the shape of one example.
  public var values: Tensor
  public var statistics: Statistics

  public init(_ values: Tensor, statistics: Statistics) {
    (self.values, self.statistics) = (values, statistics)
  }

  /// The same function of the values and, where others lend their statistics, of theirs.
  public func map(_ function: (Tensor) -> Tensor) -> Signal {
    switch statistics {
    case .batch, .eachExample: Signal(function(values), statistics: statistics)
    case .other(let others): Signal(function(values), statistics: .other(function(others)))
    }
  }
}

/// Whose means and variances batch normalisation uses.
public enum Statistics {
  /// Those of all examples that are computed together. What is said of one then depends on the others.
  case batch
  /// Those of each example alone, as if it had come by itself.
  case eachExample
  /// Those of other examples, which go through the same layers, normalised by themselves.
  case other(Tensor)
}
