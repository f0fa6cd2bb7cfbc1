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
          guard weights.count > 0 else { return weights }
          let bases = generator.row(generator.names.map { own[$0] })
          return moved(weights, slope, generator.factors(parameters, weights, slope) * bases)
        })
    }
  }

  /// - Parameter row: the generator's row of the task's rates and decays.
  private func moved(
    _ weights: Parameters<Tensor>, _ slope: Parameters<Tensor>, _ row: Tensor
  ) -> Parameters<Tensor> {
    let (rates, kept) = (generator.numbers(in: row), generator.numbers(in: 1 - row))
    return Parameters(
      zip(weights.names, zip(weights.leaves, slope.leaves)).map { name, leaves in
        let layer = layerName(of: name)
        return (name, kept["decay.\(layer)"] * leaves.0 - rates["rate.\(layer)"] * leaves.1)
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
