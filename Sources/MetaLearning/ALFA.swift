public import Episodes
public import Graphs
public import NDArrays
public import Networks

/// MAML whose rates, and decays of the weights, are generated anew for each task, inner step and layer.
///
/// A small network, the generator, is shown the mean weight and the mean slope of each layer, and says by
/// what to multiply the layer's rate and decay, which are learned too, for each inner step. It starts as
/// one that says one whatever it is shown: with no decay that is MAML. Its parameters are
/// `generator.fc1.weight` and so on; the rate and decay of `fc1` in the first step are `step1.rate.fc1` and
/// `step1.decay.fc1`.
///
/// - Source: Baik, Choi, Choi, Kim & Lee 2020, "Meta-Learning with Adaptive Hyperparameters". Their generator
///   starts anywhere.
public struct ALFA: MetaLearner {
  /// What is left when nothing is generated. Its rate is where all rates start.
  public var maml: MAML
  /// Where all decays start: the share of a weight that one inner step takes away.
  public var initialDecay: Float

  public init(_ maml: MAML, initialDecay: Float) {
    (self.maml, self.initialDecay) = (maml, initialDecay)
  }

  public var network: any Network { maml.network }
  public var loss: Loss { maml.loss }
  public var innerSteps: Int { maml.innerSteps }

  public var layout: Parameters<Shape> {
    network.layout.merging(generator.layout).merging(bases(rate: Shape([]), decay: Shape([])))
  }

  public func initial(_ key: RandomKey) -> Parameters<NDArray> {
    network.initial(key).merging(generator.initial(key.child(.max)))
      .merging(bases(rate: NDArray(maml.innerRate), decay: NDArray(initialDecay)))
  }

  /// Where the learned rates and decays of each layer lie over the inner steps, before the generator
  /// multiplies them.
  public func figures(_ parameters: Parameters<NDArray>) -> [Figure] {
    figures("rate", parameters) + figures("decay", parameters)
  }

  public func adaptations(
    _ parameters: Parameters<Tensor>, to support: Batch<Tensor>, steps: Int
  ) -> [Parameters<Tensor>] {
    (0..<steps).reduce(into: [parameters]) { path, step in
      let own = parameters.group(ofStep: step, among: innerSteps)
      path.append(
        descended(path[step], adapting: maml.adapts, step: step, on: support) { weights, slope in
          let slope = maml.order == .first ? slope.stopped : slope
          return moved(weights, slope, own, generator.factors(parameters, weights, slope))
        })
    }
  }

  /// - Parameters:
  ///   - own: the step's rates and decays.
  ///   - factors: what multiplies them for this task.
  private func moved(
    _ weights: Parameters<Tensor>, _ slope: Parameters<Tensor>, _ own: Parameters<Tensor>,
    _ factors: Parameters<Tensor>
  ) -> Parameters<Tensor> {
    Parameters(
      zip(weights.names, zip(weights.leaves, slope.leaves)).map { name, leaves in
        let (rate, decay) = ("rate.\(layerName(of: name))", "decay.\(layerName(of: name))")
        let kept = (1 - factors[decay] * own[decay]) * leaves.0
        return (name, kept - (factors[rate] * own[rate]) * leaves.1)
      })
  }

  /// Of the layers that move in training.
  private var generator: RateGenerator {
    let moving = (0..<innerSteps).flatMap { maml.adapts.moving(at: $0, in: network) }
    let layers = Set(moving.map(layerName))
    return RateGenerator(layers: network.layerNames.filter(layers.contains))
  }

  private func bases<Leaf>(rate: Leaf, decay: Leaf) -> Parameters<Leaf> {
    let layers = generator.layers
    return eachStep { _ in
      layers.map { ("rate.\($0)", rate) } + layers.map { ("decay.\($0)", decay) }
    }
  }
}
