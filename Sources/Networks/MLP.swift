public import Graphs
public import NDArrays

/// Dense layers `fc1`, `fc2`, ... with an activation after each but the last.
///
/// - Shapes: inputs `[n, inputs]`, or anything else of so many numbers an example, which is flattened
///   as by ``Flatten``; outputs `[n, outputs]`; weights as in ``Dense``.
public struct MLP: Network, Hashable {
  public var inputs: Int
  /// The widths of the layers between; empty for a linear model.
  public var hidden: [Int]
  public var outputs: Int
  public var activation: Activation
  /// Draws each layer's weight; biases start at zero.
  public var initializer: Initializer

  public init(
    inputs: Int, hidden: [Int], outputs: Int, activation: Activation, initializer: Initializer
  ) {
    (self.inputs, self.hidden, self.outputs) = (inputs, hidden, outputs)
    (self.activation, self.initializer) = (activation, initializer)
  }

  public var layers: [Dense] {
    zip([inputs] + hidden, hidden + [outputs]).enumerated().map { index, widths in
      Dense("fc\(index + 1)", inputs: widths.0, outputs: widths.1, initializer: initializer)
    }
  }

  public var layout: Parameters<Shape> {
    layers.reduce(Parameters([])) { $0.merging($1.layout) }
  }

  public func initial(_ key: RandomKey) -> Parameters<NDArray> {
    layers.enumerated().reduce(Parameters([])) { weights, layer in
      weights.merging(layer.element.initial(key.child(UInt64(layer.offset))))
    }
  }

  public func callAsFunction(_ weights: Parameters<Tensor>, _ inputs: Tensor) -> Tensor {
    let layers = layers
    let rows =
      inputs.shape.rank == 2
      ? inputs : Flatten()(weights, Signal(inputs, statistics: .batch)).values
    return layers.dropFirst().reduce(layers[0](weights, rows)) { values, layer in
      layer(weights, activation(values))
    }
  }
}
