public import Graphs
public import NDArrays

/// A network that is a sequence of layers.
///
/// - Shapes: inputs are `[n]` and then ``input``; images are `[n, height, width, channels]`.
public protocol LayeredNetwork: Network {
  /// The shape of one example.
  var input: Shape { get }
  var layers: [any Layer] { get }
}

extension LayeredNetwork {
  public var layout: Parameters<Shape> { layers.weights(input).map(\.shape) }

  /// Each weight has a key of its own, by its place.
  public func initial(_ key: RandomKey) -> Parameters<NDArray> {
    let weights = layers.weights(input)
    let arrays = weights.leaves.enumerated().map { $1.initial(key.child(UInt64($0))) }
    return Parameters(names: weights.names, leaves: arrays)
  }

  public func callAsFunction(_ weights: Parameters<Tensor>, _ inputs: Tensor) -> Tensor {
    self(weights, inputs, statistics: .batch)
  }

  public func callAsFunction(
    _ weights: Parameters<Tensor>, _ inputs: Tensor, statistics: Statistics
  ) -> Tensor {
    layers(weights, Signal(inputs, statistics: statistics)).values
  }

  /// The scales and shifts of normalisation.
  public func isNormalization(_ parameter: String) -> Bool {
    layers.normalizations.contains { parameter.hasPrefix($0 + ".") }
  }
}

extension [any Layer] {
  /// The names of all normalising layers.
  fileprivate var normalizations: [String] {
    flatMap { layer -> [String] in
      switch layer {
      case let layer as Normalization: [layer.name]
      case let layer as Residual: layer.main.normalizations + layer.shortcut.normalizations
      default: []
      }
    }
  }
}

/// A network made of any layers, as a run plan lists them.
public struct LayerList: LayeredNetwork {
  public let input: Shape
  public let layers: [any Layer]

  /// `nil` where some layer cannot take what the one before it gives.
  public init?(_ layers: [any Layer], input: Shape) {
    guard layers.output(input) != nil else { return nil }
    (self.layers, self.input) = (layers, input)
  }
}
