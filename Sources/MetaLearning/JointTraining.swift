public import Episodes
public import Graphs
import NDArrays
public import Networks

/// The control of meta-learning: one network trained on all tasks at once, then fine-tuned.
///
/// Training ignores that tasks differ; only evaluation adapts, by gradient descent. On episodes
/// whose inputs tell the task it is the oracle.
///
/// - Source: Finn, Abbeel & Levine 2017, section 5.1, "pretrained on all tasks".
public struct JointTraining: MetaLearner {
  public var network: any Network
  public var loss: Loss
  /// The rate of fine-tuning, in evaluation.
  public var innerRate: Float

  public init(network: any Network, loss: Loss, innerRate: Float) {
    (self.network, self.loss, self.innerRate) = (network, loss, innerRate)
  }

  /// None: training does not adapt.
  public var innerSteps: Int { 0 }

  public func adaptations(
    _ parameters: Parameters<Tensor>, to support: Batch<Tensor>, steps: Int
  ) -> [Parameters<Tensor>] {
    descend(parameters, steps: steps, on: support) { weights, slope in weights - innerRate * slope }
  }

  /// The gradient of the loss on the support and the query set taken together.
  public func metaGradient(
    _ parameters: Parameters<Tensor>, _ episode: Episode<Tensor>
  ) -> MetaGradient {
    let (support, query) = (
      batchLoss(parameters, episode.support), batchLoss(parameters, episode.query)
    )
    let (supports, queries) = (
      Float(episode.support.inputs.shape[0]), Float(episode.query.inputs.shape[0])
    )
    let total = supports + queries
    let joint = (supports / total) * support + (queries / total) * query
    return MetaGradient(
      lossBefore: support, lossAfter: query, gradient: gradient(of: joint, at: parameters))
  }
}
