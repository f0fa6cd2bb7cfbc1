public import Graphs
public import NDArrays

/// Takes away the mean and divides by the deviation; then a scale and a shift for each channel.
///
/// `(x - mean) / sqrt(variance + epsilon) * scale + shift`, with the variance of what is there, not an
/// estimate of the one behind it. There are no running averages: statistics are of the values at hand.
///
/// - Shapes: `<name>.weight` (the scale, starting at one) and `<name>.bias` (the shift, starting at
///   zero) are `[channels]`, each only where it is learned.
public struct Normalization: Layer, Hashable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// For each channel, over all examples and pixels. Ioffe & Szegedy 2015, "Batch Normalization".
    case batch
    /// For each example, over all pixels and channels. Ba, Kiros & Hinton 2016, "Layer Normalization".
    case layer
  }

  /// What is learned; the others are one and zero.
  public struct Learned: OptionSet, Hashable, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    public static let scale = Learned(rawValue: 1)
    public static let shift = Learned(rawValue: 2)
  }

  public var name: String
  public var kind: Kind
  public var learned: Learned
  public var epsilon: Float

  public init(_ name: String, kind: Kind, learned: Learned, epsilon: Float) {
    (self.name, self.kind, self.learned, self.epsilon) = (name, kind, learned, epsilon)
  }

  public func output(_ input: Shape) -> Shape? { input }

  public func weights(_ input: Shape) -> Parameters<Weight> {
    let channels: Shape = [input[input.rank - 1]]
    var weights: [(String, Weight)] = []
    if learned.contains(.scale) { weights.append(("weight", Weight(channels, .constant(1)))) }
    if learned.contains(.shift) { weights.append(("bias", Weight(channels, .constant(0)))) }
    return Parameters(weights).grouped(under: name)
  }

  public func callAsFunction(_ weights: Parameters<Tensor>, _ inputs: Signal) -> Signal {
    switch inputs.statistics {
    case .batch: return inputs.map { normalized($0, by: $0, to: common($0), weights) }
    case .eachExample: return inputs.map { normalized($0, by: $0, to: own($0), weights) }
    case .other(let others):
      let values = normalized(inputs.values, by: others, to: common(others), weights)
      let theirs = normalized(others, by: others, to: common(others), weights)
      return Signal(values, statistics: .other(theirs))
    }
  }

  /// `x` by the statistics of `others`, which have the shape `target`.
  private func normalized(
    _ x: Tensor, by others: Tensor, to target: Shape, _ weights: Parameters<Tensor>
  ) -> Tensor {
    let mean = others.mean(to: target)
    let variance = (others - mean).squared.mean(to: target)
    var factor = 1 / (variance + epsilon).squareRoot
    if learned.contains(.scale) { factor = factor * weights["\(name).weight"] }
    let result = (x - mean) * factor
    return learned.contains(.shift) ? result + weights["\(name).bias"] : result
  }

  /// The shape of statistics that all examples share; layer normalisation has none.
  private func common(_ x: Tensor) -> Shape {
    switch kind {
    case .batch: Shape(x.shape.sizes.map { _ in 1 }.dropLast() + [x.shape[x.shape.rank - 1]])
    case .layer: own(x)
    }
  }

  /// The shape of statistics that each example has for itself.
  private func own(_ x: Tensor) -> Shape {
    let rest = x.shape.sizes.dropFirst().map { _ in 1 }
    switch kind {
    case .batch: return Shape([x.shape[0]] + rest.dropLast() + [x.shape[x.shape.rank - 1]])
    case .layer: return Shape([x.shape[0]] + rest)
    }
  }
}

extension Tensor {
  /// The mean over what broadcasting from `target` would repeat.
  fileprivate func mean(to target: Shape) -> Tensor {
    (Float(target.count) / Float(shape.count)) * sum(to: target)
  }
}
