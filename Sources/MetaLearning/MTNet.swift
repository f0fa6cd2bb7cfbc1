public import Episodes
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

  /// What is left when all units adapt.
  public var tNet: TNet
  public var draw: Draw
  public var temperature: Float

  public init(_ tNet: TNet, draw: Draw, temperature: Float) {
    (self.tNet, self.draw, self.temperature) = (tNet, draw, temperature)
  }

  public var network: any Network { tNet.network }
  public var loss: Loss { tNet.loss }
  public var innerSteps: Int { tNet.innerSteps }

  public var layout: Parameters<Shape> {
    tNet.layout.merging(Parameters(network.linearMaps.map { ("\($0.layer).mask", [$0.outputs]) }))
  }

  /// Logits start at zero: every unit adapts in half of the tasks.
  public func initial(_ key: RandomKey) -> Parameters<NDArray> {
    let logits = network.linearMaps.map { map in
      ("\(map.layer).mask", NDArray(repeating: 0, shape: [map.outputs]))
    }
    return tNet.initial(key).merging(Parameters(logits))
  }

  /// A number for each unit.
  public var noise: Parameters<Shape> {
    Parameters(network.linearMaps.map { ($0.layer, [$0.outputs]) })
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
  /// Each leaf of a layer that has a mask, times the mask along its first axis.
  fileprivate func masked(by masks: Parameters) -> Parameters {
    Parameters(
      zip(names, leaves).map { name, leaf in
        guard
          let layer = masks.names.first(where: { ["\($0).weight", "\($0).bias"].contains(name) })
        else { return (name, leaf) }
        let rows = Shape([leaf.shape[0]] + leaf.shape.sizes.dropFirst().map { _ in 1 })
        return (name, masks[layer].reshaped(to: rows) * leaf)
      })
  }
}
