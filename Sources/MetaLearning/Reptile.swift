public import Episodes
public import Graphs
public import Networks

/// Moves the parameters towards where descent on a task leads.
///
/// Nothing is differentiated through adaptation. The way back from the adapted weights stands for the
/// meta-gradient, `phi - phi~`, so that plain outer descent of rate `eps` is the source's update
/// `phi + eps (mean of phi~ - phi)`, and its schedule anneals `eps`. Training adapts to the support set and
/// only looks at the query set.
///
/// - Source: Nichol, Achiam & Schulman 2018, "On First-Order Meta-Learning Algorithms", Algorithm 2.
public struct Reptile: MetaLearner {
  public var network: any Network
  public var loss: Loss
  public var innerRate: Float
  public var innerSteps: Int
  /// Examples a step: as many of the support set as there are of them at most, taken as by
  /// ``Graphs/Tensor/miniBatch(_:of:)``.
  public var innerBatch: Int
  public var innerOptimizer: InnerOptimizer

  public init(
    network: any Network, loss: Loss, innerRate: Float, innerSteps: Int, innerBatch: Int,
    innerOptimizer: InnerOptimizer
  ) {
    (self.network, self.loss, self.innerRate) = (network, loss, innerRate)
    (self.innerSteps, self.innerBatch) = (innerSteps, innerBatch)
    self.innerOptimizer = innerOptimizer
  }

  public func adaptations(
    _ parameters: Parameters<Tensor>, to support: Batch<Tensor>, steps: Int
  ) -> [Parameters<Tensor>] {
    // No memory of the task before.
    var optimizer = innerOptimizer.begun(at: parameters)
    return (0..<steps).reduce(into: [parameters]) { path, step in
      let weights = path[step]
      let loss = batchLoss(weights, support.miniBatch(step, of: innerBatch))
      let slope = gradient(of: loss, at: weights)
      path.append(weights - innerRate * optimizer.direction(slope))
    }
  }

  public func metaGradient(
    _ parameters: Parameters<Tensor>, _ episode: Episode<Tensor>
  ) -> MetaGradient {
    let adapted = adapt(parameters, to: episode.support)
    return MetaGradient(
      lossBefore: batchLoss(parameters, episode.support),
      lossAfter: batchLoss(adapted, episode.query), gradient: parameters - adapted)
  }
}
