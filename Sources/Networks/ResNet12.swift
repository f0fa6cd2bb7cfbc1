import Graphs
public import NDArrays

/// Four residual blocks of three convolutions each, and a linear head on the spatial mean.
///
/// - Shapes: images `[n, height, width, channels]`, outputs `[n, ways]`; weights are `block1.conv1.weight`,
///   `block1.bn1.weight`, ..., `block1.shortcut.conv.weight`, `block1.shortcut.bn.weight`, ...,
///   `fc.weight` and `fc.bias`. Convolutions have no bias, since a normalisation follows each.
/// - Source: Lee et al. 2019, "Meta-Learning with Differentiable Convex Optimization", section 4.1,
///   without its dropout.
public struct ResNet12: LayeredNetwork, Hashable {
  public var input: Shape
  /// Of each block's convolutions: 64, 160, 320 and 640 in the source.
  public var filters: [Int]
  public var ways: Int
  /// Of each layer, whatever name it has here.
  public var normalization: Normalization
  /// Draws the weights of convolutions.
  public var initializer: Initializer
  /// Draws the weight of the head.
  public var headInitializer: Initializer

  public init(
    input: Shape, filters: [Int], ways: Int, normalization: Normalization,
    initializer: Initializer, headInitializer: Initializer
  ) {
    (self.input, self.filters, self.ways) = (input, filters, ways)
    (self.normalization, self.initializer) = (normalization, initializer)
    self.headInitializer = headInitializer
  }

  public var layers: [any Layer] {
    let blocks = filters.enumerated().flatMap { block("block\($0 + 1)", filters: $1) }
    let head = FullyConnected("fc", outputs: ways, initializer: headInitializer)
    return blocks + [SpatialMean(), head]
  }

  private func block(_ name: String, filters: Int) -> [any Layer] {
    let main = (1...3).flatMap { index -> [any Layer] in
      convolution("\(name).conv\(index)", "\(name).bn\(index)", filters: filters, side: 3)
        + (index < 3 ? [ActivationLayer(.leakyRelu)] : [])
    }
    let shortcut = convolution(
      "\(name).shortcut.conv", "\(name).shortcut.bn", filters: filters, side: 1)
    return [
      Residual(main, shortcut: shortcut), ActivationLayer(.leakyRelu),
      PoolingLayer(.maximum, size: Extent(2, 2), stride: Extent(2, 2)),
    ]
  }

  private func convolution(
    _ name: String, _ norm: String, filters: Int, side: Int
  ) -> [any Layer] {
    let layer = ConvolutionLayer(
      name, filters: filters, size: Extent(square: side), stride: Extent(1, 1), padding: .same,
      bias: .none, initializer: initializer)
    return [layer, normalization.named(norm)]
  }
}
