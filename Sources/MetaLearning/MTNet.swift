public import Episodes
import Foundation
public import Graphs
public import NDArrays
public import Networks

/// A T-net that also learns which units of a layer adapt.
///
/// Each output of a linear map, or each filter, has a logit. A task draws once whether it adapts, with the
/// logit's probability; one draw holds for the unit's weights, its shift and all inner steps. With the
/// warp `T` and the draws `m` a layer so moves in the subspace of `T diag(m) Tᵀ`. The logits of `fc1` are
/// the parameter `fc1.mask`; what no linear map owns, such as a shift of normalisation, has no draw.
///
/// A draw is zero or one, and has no derivative. Its logit learns by that of the relaxed draw,
/// `sigmoid((logit + logistic noise) / temperature)`: the straight-through estimator, of which the Gumbel
/// softmax of two classes is another way to write.
///
/// - Source: Lee & Choi 2018, "Gradient-Based Meta-Learning with Learned Layerwise Metric and Subspace";
///   the draws: Jang, Gu & Poole 2017, "Categorical Reparameterization with Gumbel-Softmax".
public struct MTNet: MetaLearner {
  public enum Draw: String, Hashable, Sendable, CaseIterable {
    /// Zero or one, with the derivative of the relaxed draw.
    case straightThrough = "straight-through"
    /// Between zero and one.
    case relaxed
  }

  /// What a draw is for.
  public enum Each: String, Hashable, Sendable, CaseIterable {
    /// All weights of a unit, and its shift.
    case unit
    /// One weight or shift: the source's MT-net-full. Its authors' code draws anew for each inner step
    /// there; here one draw holds for a task, as for units.
    case weight
  }

  /// What is left when all units adapt.
  public var tNet: TNet
  public var each: Each
  public var draw: Draw
  public var temperature: Float

  public init(_ tNet: TNet, each: Each, draw: Draw, temperature: Float) {
    (self.tNet, self.each, self.draw, self.temperature) = (tNet, each, draw, temperature)
  }

  public var network: any Network { tNet.network }
  public var loss: Loss { tNet.loss }
  public var innerSteps: Int { tNet.innerSteps }

  public var layout: Parameters<Shape> { tNet.layout.merging(named(masks)) }

  public func initial(_ key: RandomKey) -> Parameters<NDArray> {
    let far = key.child(.max)
    let logits = masks.leaves.enumerated().map { index, shape in
      firstLogits(masks.names[index], shape, far.child(UInt64(index)))
    }
    return tNet.initial(key).merging(named(Parameters(names: masks.names, leaves: logits)))
  }

  /// A number for each logit.
  public var noise: Parameters<Shape> { masks }

  /// By what they are for: layers, or their weights and shifts.
  private var masks: Parameters<Shape> {
    let maps = network.linearMaps
    switch each {
    case .unit: return Parameters(maps.map { ($0.layer, [$0.outputs]) })
    case .weight:
      let names = Set(maps.flatMap { ["\($0.layer).weight", "\($0.layer).bias"] })
      return network.layout.filter(names.contains)
    }
  }

  private func named<Leaf>(_ masks: Parameters<Leaf>) -> Parameters<Leaf> {
    Parameters(names: masks.names.map { "\($0).mask" }, leaves: masks.leaves)
  }

  /// Units start with zero, so that each adapts in half of the tasks; weights near it, as in the code of
  /// the source's authors, nearer in convolutions.
  private func firstLogits(_ mask: String, _ shape: Shape, _ key: RandomKey) -> NDArray {
    guard each == .weight else { return NDArray(repeating: 0, shape: shape) }
    let isConvolution = network.linearMaps.contains {
      mask.hasPrefix("\($0.layer).") && network.layout["\($0.layer).weight"].rank == 4
    }
    let deviation: Float = isConvolution ? 0.01 : 0.1
    var stream = key.stream
    return NDArray(
      (0..<shape.count).map { _ in stream.truncatedNormal(deviation: deviation) }, shape: shape)
  }

  /// The share of each layer's units, and of `all`, that move for a task, in the mean over tasks.
  public func figures(_ parameters: Parameters<NDArray>) -> [Figure] {
    let logits = Parameters(masks.names.map { ($0, parameters["\($0).mask"]) })
    let layers = network.linearMaps.map { ($0.layer, logits.numbers(ofLayer: $0.layer)) }
    return (layers + [("all", layers.flatMap(\.1))]).flatMap { layer, logits in
      Figure.mean("moving", of: layer, logits.map { 1 / (1 + exp(-Double($0))) })
    }
  }

  public func adaptations(
    _ parameters: Parameters<Tensor>, to support: Batch<Tensor>, steps: Int
  ) -> [Parameters<Tensor>] {
    let maml = tNet.maml
    let draws = parameters.group("noise")
    let masks = Parameters(
      draws.names.map { ($0, mask(parameters["\($0).mask"], draws[$0])) })
    return descend(parameters, adapting: maml.adapts, steps: steps, on: support) { weights, slope in
      weights - maml.innerRate * (maml.order == .first ? slope.stopped : slope).masked(by: masks)
    }
  }

  /// - Parameter uniform: between zero and one, so that `log(u / (1 - u))` is logistic noise.
  private func mask(_ logits: Tensor, _ uniform: Tensor) -> Tensor {
    let noisy = logits + (uniform.log - (1 - uniform).log)
    let relaxed = ((1 / temperature) * noisy).sigmoid
    switch draw {
    case .relaxed: return relaxed
    case .straightThrough:
      // The difference is zero, and only its first half has a derivative.
      return noisy.filled(with: 1).gated(by: noisy.stopped) + (relaxed - relaxed.stopped)
    }
  }
}

extension Parameters where Leaf == Tensor {
  /// Each leaf that has a mask, times the mask: its own, or its layer's along the first axis.
  fileprivate func masked(by masks: Parameters) -> Parameters {
    Parameters(
      zip(names, leaves).map { name, leaf in
        let own = masks.names.first { [$0, "\($0).weight", "\($0).bias"].contains(name) }
        return (name, own.map { masks[$0].alongRows(of: leaf) * leaf } ?? leaf)
      })
  }
}

extension Tensor {
  fileprivate func alongRows(of other: Tensor) -> Tensor {
    shape == other.shape
      ? self : reshaped(to: Shape([shape.count] + other.shape.sizes.dropFirst().map { _ in 1 }))
  }
}
