public import Episodes
public import Graphs
public import NDArrays
public import Networks

/// A way to learn from episodes: how to adapt to a task, and what a task teaches the parameters.
///
/// `adapt` sees the support set alone, so that the query set cannot leak into adaptation.
public protocol MetaLearner: Sendable {
  var network: any Network { get }
  var loss: Loss { get }
  /// How many inner steps a task takes in training.
  var innerSteps: Int { get }

  /// The names and shapes of all that is learned across tasks. Unless said otherwise, the network's
  /// weights.
  var layout: Parameters<Shape> { get }

  /// The names and shapes of the random numbers that adaptation to a task draws on: uniform between
  /// zero and one, and the same whenever the task is computed. Unless said otherwise there are none.
  var noise: Parameters<Shape> { get }

  /// The names and shapes of what a task is told in training beside its data, as what is remembered of it.
  /// Unless said otherwise nothing is.
  var told: Parameters<Shape> { get }

  /// The names and shapes of what a task tells in training beside losses and gradient, to be remembered of
  /// it. Unless said otherwise nothing is.
  var tells: Parameters<Shape> { get }

  /// What it is from which step of training on: ascending, the first from step zero. All have one layout
  /// and one noise. Unless said otherwise it is itself all along.
  ///
  /// What changes on the way is so a function of the step alone, which everybody knows who computes a
  /// task; and each stage is a program of its own, which does no work that it does not need.
  var stages: [Stage] { get }

  /// The parameters training starts from.
  func initial(_ key: RandomKey) -> Parameters<NDArray>

  /// The network's weights before the first of `steps` inner steps and after each: one more than
  /// there are steps. Evaluation may take more of them than training.
  ///
  /// - Parameter parameters: as in ``layout``; and the task's ``noise``, grouped under `noise`.
  func adaptations(
    _ parameters: Parameters<Tensor>, to support: Batch<Tensor>, steps: Int
  ) -> [Parameters<Tensor>]

  /// What is worth a look in parameters, beside how well they do. Unless said otherwise nothing is.
  func figures(_ parameters: Parameters<NDArray>) -> [Figure]

  /// The direction in which the parameters should decrease, for one task.
  ///
  /// - Parameter parameters: as in ``layout``; the task's ``noise``, grouped under `noise`; and what it is
  ///   ``told``, grouped under `task`.
  func metaGradient(_ parameters: Parameters<Tensor>, _ episode: Episode<Tensor>) -> MetaGradient
}

/// A learner, and the step of training from which on it is the one.
public struct Stage: Sendable {
  public var start: Int
  public var learner: any MetaLearner

  public init(from start: Int, _ learner: any MetaLearner) {
    (self.start, self.learner) = (start, learner)
  }
}

/// What one task says about the parameters.
public struct MetaGradient {
  /// The support loss before adaptation. It costs one sum: the first inner step runs the network on
  /// these points anyway, and the compiler computes equal lines once.
  public var lossBefore: Tensor
  /// The query loss after adaptation.
  public var lossAfter: Tensor
  public var gradient: Parameters<Tensor>
  /// As in ``MetaLearner/tells``.
  public var tells: Parameters<Tensor>

  public init(
    lossBefore: Tensor, lossAfter: Tensor, gradient: Parameters<Tensor>,
    tells: Parameters<Tensor> = Parameters([])
  ) {
    (self.lossBefore, self.lossAfter) = (lossBefore, lossAfter)
    (self.gradient, self.tells) = (gradient, tells)
  }
}

extension MetaLearner {
  public var layout: Parameters<Shape> { network.layout }

  public var noise: Parameters<Shape> { Parameters([]) }

  public var told: Parameters<Shape> { Parameters([]) }

  public var tells: Parameters<Shape> { Parameters([]) }

  public func figures(_ parameters: Parameters<NDArray>) -> [Figure] { [] }

  public var stages: [Stage] { [Stage(from: 0, self)] }

  public func initial(_ key: RandomKey) -> Parameters<NDArray> { network.initial(key) }

  /// The network's weights for a task, after the inner steps of training.
  public func adapt(
    _ parameters: Parameters<Tensor>, to support: Batch<Tensor>
  ) -> Parameters<Tensor> {
    adaptations(parameters, to: support, steps: innerSteps)[innerSteps]
  }

  /// Differentiates the query loss through adaptation.
  public func metaGradient(
    _ parameters: Parameters<Tensor>, _ episode: Episode<Tensor>
  ) -> MetaGradient {
    let path = adaptations(parameters, to: episode.support, steps: innerSteps)
    let lossAfter = batchLoss(path[innerSteps], episode.query)
    return MetaGradient(
      lossBefore: batchLoss(path[0], episode.support), lossAfter: lossAfter,
      gradient: gradient(of: lossAfter, at: parameters.filter(layout.names.contains)))
  }

  /// The loss of the network on a batch.
  public func batchLoss(_ weights: Parameters<Tensor>, _ batch: Batch<Tensor>) -> Tensor {
    loss(network(weights, batch.inputs), batch.targets)
  }

  /// Descends the support loss from `start`, and returns every place on the way. Of what stands in
  /// `start`, the network's weights move, at the steps and in the layers that `adapting` says.
  ///
  /// `step` says where an inner step leads, given what moves at this step and the slope of the loss
  /// there.
  public func descend(
    _ start: Parameters<Tensor>, adapting: Adapting = .all, steps: Int, on support: Batch<Tensor>,
    step: (_ weights: Parameters<Tensor>, _ slope: Parameters<Tensor>) -> Parameters<Tensor>
  ) -> [Parameters<Tensor>] {
    (0..<steps).reduce(into: [start]) { path, index in
      path.append(
        descended(path[index], adapting: adapting, step: index, on: support, by: step))
    }
  }

  /// One inner step, for methods whose steps differ: where `move` leads from `place`.
  public func descended(
    _ place: Parameters<Tensor>, adapting: Adapting, step: Int, on support: Batch<Tensor>,
    by move: (_ weights: Parameters<Tensor>, _ slope: Parameters<Tensor>) -> Parameters<Tensor>
  ) -> Parameters<Tensor> {
    let moving = place.filter(adapting.moving(at: step, in: network).contains)
    let slope = gradient(of: batchLoss(place, support), at: moving)
    return place.replacing(with: move(moving, slope))
  }
}
