public import NDArrays

/// Dense layers `fc1`, `fc2`, ... with normalisation `bn1`, `bn2`, ... and an activation after each but
/// the last.
///
/// With 256, 128, 64 and 64 units it is the network without convolutions of Finn et al. 2017,
/// "Model-Agnostic Meta-Learning", section 5.2.
///
/// - Shapes: inputs `[n]` and then ``input``, flattened; outputs `[n, ways]`.
public struct NormalizedMLP: LayeredNetwork, Hashable {
  public var input: Shape
  /// The widths of the layers between.
  public var hidden: [Int]
  public var ways: Int
  public var activation: Activation
  /// Of each layer, whatever name it has here.
  public var normalization: Normalization
  /// Draws each layer's weight; biases start at zero.
  public var initializer: Initializer

  public init(
    input: Shape, hidden: [Int], ways: Int, activation: Activation, normalization: Normalization,
    initializer: Initializer
  ) {
    (self.input, self.hidden, self.ways) = (input, hidden, ways)
    (self.activation, self.normalization) = (activation, normalization)
    self.initializer = initializer
  }

  public var layers: [any Layer] {
    let blocks = hidden.enumerated().flatMap { index, width -> [any Layer] in
      [
        FullyConnected("fc\(index + 1)", outputs: width, initializer: initializer),
        normalization.named("bn\(index + 1)"), ActivationLayer(activation),
      ]
    }
    let head = FullyConnected("fc\(hidden.count + 1)", outputs: ways, initializer: initializer)
    return [Flatten()] + blocks + [head]
  }
}
