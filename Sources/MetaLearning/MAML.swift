public import Episodes
public import Graphs
public import Networks

/// Learns initial weights from which a few steps of gradient descent solve a task.
///
/// - Source: Finn, Abbeel & Levine 2017, "Model-Agnostic Meta-Learning for Fast Adaptation of Deep
///   Networks", Algorithm 2.
public struct MAML: MetaLearner {
  public enum Order: String, Hashable, Sendable, CaseIterable {
    /// The inner slopes are constants (their section 5.2): cheaper, and close on many problems.
    case first
    /// The meta-gradient goes through the inner slopes: exact.
    case second
  }

  public var network: any Network
  public var loss: Loss
  public var innerRate: Float
  public var innerSteps: Int
  public var order: Order
  public var adapts: Adapting

  public init(
    network: any Network, loss: Loss, innerRate: Float, innerSteps: Int, order: Order,
    adapts: Adapting
  ) {
    self.adapts = adapts
    (self.network, self.loss) = (network, loss)
    (self.innerRate, self.innerSteps, self.order) = (innerRate, innerSteps, order)
  }

  public func adaptations(
    _ parameters: Parameters<Tensor>, to support: Batch<Tensor>, steps: Int
  ) -> [Parameters<Tensor>] {
    descend(parameters, adapting: adapts, steps: steps, on: support) { weights, slope in
      weights - innerRate * (order == .first ? slope.stopped : slope)
    }
  }
}
