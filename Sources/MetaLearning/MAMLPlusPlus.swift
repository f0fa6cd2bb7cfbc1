public import Episodes
public import Graphs
public import NDArrays
public import Networks

/// MAML with what made its training steadier. Each of the parts has a switch, and with all of them off it
/// is MAML to the bit; their cosine schedule is the outer optimiser's.
///
/// - Source: Antoniou, Edwards & Storkey 2019, "How to Train Your MAML", section 4. As in the authors'
///   code, normalisation always goes by the batch at hand, and there are no running statistics.
public struct MAMLPlusPlus: MetaLearner {
  /// What is left when everything is off.
  public var maml: MAML
  /// Weighs the query losses after all inner steps; off, only the last one counts.
  public var multiStepLoss: MultiStepLoss?
  /// For so many steps of training the inner slopes are constants, and only then part of the
  /// meta-gradient, if `maml` says so: the annealing of the derivative's order.
  public var firstOrderSteps: Int
  /// Learns a rate for each layer and inner step: `step1.rate.fc1` is that of `fc1` in the first one. They
  /// start as MAML's.
  public var learnsRates: Bool
  /// Learns scales and shifts of normalisation for each inner step: `bn1.bias` is that of the first one,
  /// `step2.bn1.bias` of the second. They are those of the step's support loss and of the query loss after it.
  public var normalizesEachStep: Bool

  /// The step of training from which on it is this one; see ``stages``.
  private var trainingStep = 0

  public init(
    _ maml: MAML, multiStepLoss: MultiStepLoss?, firstOrderSteps: Int, learnsRates: Bool,
    normalizesEachStep: Bool
  ) {
    (self.maml, self.multiStepLoss, self.firstOrderSteps) = (maml, multiStepLoss, firstOrderSteps)
    (self.learnsRates, self.normalizesEachStep) = (learnsRates, normalizesEachStep)
  }

  public var network: any Network { maml.network }
  public var loss: Loss { maml.loss }
  public var innerSteps: Int { maml.innerSteps }
}

// MARK: - What changes in training

extension MAMLPlusPlus {
  public var stages: [Stage] {
    let changes = [0, firstOrderSteps] + (multiStepLoss?.changes ?? [])
    return Set(changes).sorted().map { start in
      var learner = self
      learner.trainingStep = start
      return Stage(from: start, learner)
    }
  }

  private var order: MAML.Order { trainingStep < firstOrderSteps ? .first : maml.order }

  /// Of the query losses after each inner step.
  private var lossWeights: [Float] {
    let last = (1..<max(innerSteps, 1)).map { _ in Float(0) } + [1]
    return multiStepLoss?.weights(innerSteps: innerSteps, atStep: trainingStep) ?? last
  }

  public func metaGradient(
    _ parameters: Parameters<Tensor>, _ episode: Episode<Tensor>
  ) -> MetaGradient {
    let path = adaptations(parameters, to: episode.support, steps: innerSteps)
    // What weighs nothing is not computed.
    let losses = zip(lossWeights, path.dropFirst()).compactMap { weight, weights in
      weight == 0 ? nil : weight * batchLoss(weights, episode.query)
    }
    let last = batchLoss(path[innerSteps], episode.query)
    let total = losses.dropFirst().reduce(losses.first ?? last, +)
    return MetaGradient(
      lossBefore: batchLoss(path[0], episode.support), lossAfter: last,
      gradient: gradient(of: total, at: parameters.filter(layout.names.contains)))
  }
}

// MARK: - What is learned for each inner step

extension MAMLPlusPlus {
  public var layout: Parameters<Shape> {
    network.layout.merging(rates(Shape([]))).merging(stepNorms(of: network.layout))
  }

  public func initial(_ key: RandomKey) -> Parameters<NDArray> {
    let start = network.initial(key)
    return start.merging(rates(NDArray(maml.innerRate))).merging(stepNorms(of: start))
  }

  /// Where the rates of each layer lie, over the inner steps.
  public func figures(_ parameters: Parameters<NDArray>) -> [Figure] { figures("rate", parameters) }

  private func rates<Leaf>(_ rate: Leaf) -> Parameters<Leaf> {
    learnsRates ? eachStep { _ in network.layerNames.map { ("rate.\($0)", rate) } } : Parameters([])
  }

  /// For each inner step but the first, which has the network's own.
  private func stepNorms<Leaf>(of weights: Parameters<Leaf>) -> Parameters<Leaf> {
    let norms = weights.filter(network.isNormalization)
    return normalizesEachStep
      ? eachStep { $0 == 0 ? [] : Array(zip(norms.names, norms.leaves)) } : Parameters([])
  }

  public func adaptations(
    _ parameters: Parameters<Tensor>, to support: Batch<Tensor>, steps: Int
  ) -> [Parameters<Tensor>] {
    (0..<steps).reduce(into: [parameters]) { path, step in
      let own = parameters.group(ofStep: step, among: innerSteps)
      path.append(
        descended(
          path[step].replacing(with: norms(parameters, own)), adapting: maml.adapts, step: step,
          on: support
        ) { weights, slope in
          weights - scaled(order == .first ? slope.stopped : slope, by: own.group("rate"))
        })
    }
  }

  /// A step that has none of its own is the first one.
  private func norms(
    _ parameters: Parameters<Tensor>, _ own: Parameters<Tensor>
  ) -> Parameters<Tensor> {
    let norms = own.filter(network.isNormalization)
    return norms.count > 0 ? norms : parameters.filter(network.isNormalization)
  }

  private func scaled(
    _ slope: Parameters<Tensor>, by rates: Parameters<Tensor>
  ) -> Parameters<Tensor> {
    guard learnsRates else { return maml.innerRate * slope }
    return Parameters(
      zip(slope.names, slope.leaves).map { ($0, rates[layerName(of: $0)] * $1) })
  }
}
