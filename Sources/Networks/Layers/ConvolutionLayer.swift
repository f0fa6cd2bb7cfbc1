public import Graphs
public import NDArrays

/// A bank of filters that images are correlated with, and a shift for each.
///
/// - Shapes: `<name>.weight` is `[filters, channels, height, width]`, `<name>.bias` is `[filters]` and
///   starts at zero.
public struct ConvolutionLayer: Layer, Hashable {
  /// Whether each filter has a shift of its own.
  public enum Bias: Hashable, Sendable { case learned, none }

  public var name: String
  public var filters: Int
  public var size: Extent
  public var stride: Extent
  public var padding: Padding
  public var bias: Bias
  /// Draws the weight.
  public var initializer: Initializer

  public init(
    _ name: String, filters: Int, size: Extent, stride: Extent, padding: Padding, bias: Bias,
    initializer: Initializer
  ) {
    (self.name, self.filters, self.size, self.stride) = (name, filters, size, stride)
    (self.padding, self.bias, self.initializer) = (padding, bias, initializer)
  }

  public func output(_ input: Shape) -> Shape? {
    guard input.rank == 3, filters > 0 else { return nil }
    let image = Extent(input[0], input[1])
    let windows = Windows(of: size, over: image, stride: stride, padding: padding)
    guard windows.areSound else { return nil }
    return [windows.count.height, windows.count.width, filters]
  }

  public func weights(_ input: Shape) -> Parameters<Weight> {
    let weight = Weight([filters, input[2], size.height, size.width], .drawn(initializer))
    let shift = Weight([filters], .constant(0))
    return Parameters([("weight", weight)] + (bias == .learned ? [("bias", shift)] : []))
      .grouped(under: name)
  }

  public func callAsFunction(_ weights: Parameters<Tensor>, _ inputs: Signal) -> Signal {
    let filter = weights["\(name).weight"].transposed([2, 3, 1, 0])
    return inputs.map { images in
      let outputs = images.convolved(with: filter, stride: stride, padding: padding)
      let shifted = bias == .learned ? outputs + weights["\(name).bias"] : outputs
      return weights.warped(shifted, name)
    }
  }
}
