public import Episodes
public import Graphs
public import NDArrays
public import Networks

/// Learns a rate for each weight together with the weight it starts from.
///
/// A rate may become negative, or zero for a weight that should stand still. The rate of `fc1.weight` is
/// the parameter `rate.fc1.weight`.
///
/// - Source: Li, Zhou, Chen & Li 2017, "Meta-SGD: Learning to Learn Quickly for Few-Shot Learning",
///   Algorithm 1, where there is one inner step. More of them share their rates.
public struct MetaSGD: MetaLearner {
  /// The rates that training starts from.
  public enum InitialRates: Hashable, Sendable {
    case constant(Float)
    /// One draw a weight.
    case uniform(ClosedRange<Float>)
  }

  public var network: any Network
  public var loss: Loss
  public var initialRates: InitialRates
  public var innerSteps: Int
  public var order: MAML.Order
  public var adapts: Adapting

  public init(
    network: any Network, loss: Loss, initialRates: InitialRates, innerSteps: Int,
    order: MAML.Order, adapts: Adapting
  ) {
    (self.network, self.loss, self.initialRates) = (network, loss, initialRates)
    (self.innerSteps, self.order, self.adapts) = (innerSteps, order, adapts)
  }

  public var layout: Parameters<Shape> {
    network.layout.merging(network.layout.grouped(under: "rate"))
  }

  public func initial(_ key: RandomKey) -> Parameters<NDArray> {
    // The network's own branches are the first ones, so that it starts where MAML's does.
    let (weights, far) = (network.layout, key.child(.max))
    let drawn = weights.leaves.enumerated().map { index, shape in
      initialRates.drawn(shape, far.child(UInt64(index)))
    }
    let start = Parameters(names: weights.names, leaves: drawn)
    return network.initial(key).merging(start.grouped(under: "rate"))
  }

  /// Where the rates of each layer lie.
  public func figures(_ parameters: Parameters<NDArray>) -> [Figure] {
    let rates = parameters.group("rate")
    return network.layerNames.flatMap { Figure.spread("rate", of: $0, rates.numbers(ofLayer: $0)) }
  }

  public func adaptations(
    _ parameters: Parameters<Tensor>, to support: Batch<Tensor>, steps: Int
  ) -> [Parameters<Tensor>] {
    let rates = parameters.group("rate")
    return descend(parameters, adapting: adapts, steps: steps, on: support) { weights, slope in
      weights - rates.filter(weights.names.contains) * (order == .first ? slope.stopped : slope)
    }
  }
}

extension MetaSGD.InitialRates {
  fileprivate func drawn(_ shape: Shape, _ key: RandomKey) -> NDArray {
    switch self {
    case .constant(let rate): return NDArray(repeating: rate, shape: shape)
    case .uniform(let range):
      var stream = key.stream
      return NDArray((0..<shape.count).map { _ in stream.uniform(range) }, shape: shape)
    }
  }
}
