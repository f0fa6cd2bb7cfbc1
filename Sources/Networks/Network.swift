public import Graphs
public import NDArrays

/// A function of inputs and named weights.
///
/// Both halves are pure: the weights to begin with depend on the key alone, and the outputs on the
/// weights and inputs alone. Anything else a network needs is a property of the struct.
///
/// - Shapes: the first axis of inputs and outputs counts examples. Weights go by the names and
///   layouts they have in a checkpoint, which are PyTorch's: `fc1.weight` is `[outputs, inputs]`.
public protocol Network: Sendable {
  /// The names and shapes of the weights. Unless said otherwise, those of the initial ones.
  var layout: Parameters<Shape> { get }

  /// The weights training starts from.
  func initial(_ key: RandomKey) -> Parameters<NDArray>

  /// The outputs for a batch of inputs.
  func callAsFunction(_ weights: Parameters<Tensor>, _ inputs: Tensor) -> Tensor

  /// The outputs, normalised by given statistics. Unless said otherwise there is no normalisation,
  /// and statistics make no difference.
  func callAsFunction(
    _ weights: Parameters<Tensor>, _ inputs: Tensor, statistics: Statistics
  ) -> Tensor

  /// Whether a weight scales or shifts what was normalised; some methods don't adapt those. Unless said
  /// otherwise, none does.
  func isNormalization(_ parameter: String) -> Bool
}

extension Network {
  public var layout: Parameters<Shape> { initial(RandomKey(seed: 0)).map(\.shape) }

  public func callAsFunction(
    _ weights: Parameters<Tensor>, _ inputs: Tensor, statistics: Statistics
  ) -> Tensor {
    self(weights, inputs)
  }

  public func isNormalization(_ parameter: String) -> Bool { false }
}
