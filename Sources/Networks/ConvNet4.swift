import Graphs
public import NDArrays

/// Four times convolution, normalisation and rectifier, and a linear head: the network most few-shot
/// results are reported with.
///
/// - Shapes: images `[n, height, width, channels]`, outputs `[n, ways]`; `conv1.weight`, `conv1.bias`,
///   `bn1.weight`, `bn1.bias`, ... as in ``ConvolutionLayer`` and ``Normalization``, then `fc.weight`
///   and `fc.bias`.
/// - Source: Vinyals et al. 2016, "Matching Networks for One Shot Learning"; with strides and the mean
///   in place of pooling in Finn et al. 2017, "Model-Agnostic Meta-Learning", section 5.2.
public struct ConvNet4: LayeredNetwork, Hashable {
  /// How each layer halves height and width.
  public enum Downsampling: String, Hashable, Sendable, CaseIterable {
    /// Convolutions skip every other pixel; what is odd is rounded up.
    case stride
    /// The larger of two by two; what is odd is rounded down.
    case maxPool = "max-pool"
  }

  /// What the head sees of the last images.
  public enum Pooling: String, Hashable, Sendable, CaseIterable { case mean, flatten }

  public var input: Shape
  public var filters: Int
  public var ways: Int
  public var downsampling: Downsampling
  public var pooling: Pooling
  public var bias: ConvolutionLayer.Bias
  /// Of each layer, whatever name it has here.
  public var normalization: Normalization
  /// Draws the weights of convolutions.
  public var initializer: Initializer
  /// Draws the weight of the head.
  public var headInitializer: Initializer

  public init(
    input: Shape, filters: Int, ways: Int, downsampling: Downsampling, pooling: Pooling,
    bias: ConvolutionLayer.Bias, normalization: Normalization, initializer: Initializer,
    headInitializer: Initializer
  ) {
    (self.input, self.filters, self.ways) = (input, filters, ways)
    (self.downsampling, self.pooling, self.bias) = (downsampling, pooling, bias)
    (self.normalization, self.initializer) = (normalization, initializer)
    self.headInitializer = headInitializer
  }

  public var layers: [any Layer] {
    let head = FullyConnected("fc", outputs: ways, initializer: headInitializer)
    return (1...4).flatMap(block) + [pooling == .mean ? SpatialMean() : Flatten(), head]
  }

  private func block(_ index: Int) -> [any Layer] {
    let two = Extent(2, 2)
    let convolution = ConvolutionLayer(
      "conv\(index)", filters: filters, size: Extent(3, 3),
      stride: downsampling == .stride ? two : Extent(1, 1), padding: .same, bias: bias,
      initializer: initializer)
    let layers: [any Layer] = [
      convolution, normalization.named("bn\(index)"), ActivationLayer(.relu),
    ]
    return downsampling == .stride
      ? layers : layers + [PoolingLayer(.maximum, size: two, stride: two)]
  }
}

extension Normalization {
  /// The same normalisation under another name.
  public func named(_ name: String) -> Normalization {
    Normalization(name, kind: kind, learned: learned, epsilon: epsilon)
  }
}
