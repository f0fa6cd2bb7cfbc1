public import Episodes
public import Graphs
public import NDArrays
public import Networks

/// A learner that is another one but for what its tasks are told, or tell.
///
/// What is not said otherwise is the other one's, its stages too.
public protocol WrappedLearner: MetaLearner {
  var base: any MetaLearner { get set }
}

extension WrappedLearner {
  public var network: any Network { base.network }
  public var loss: Loss { base.loss }
  public var innerSteps: Int { base.innerSteps }
  public var layout: Parameters<Shape> { base.layout }
  public var noise: Parameters<Shape> { base.noise }

  public var stages: [Stage] {
    base.stages.map { stage in
      var learner = self
      learner.base = stage.learner
      return Stage(from: stage.start, learner)
    }
  }

  public func initial(_ key: RandomKey) -> Parameters<NDArray> { base.initial(key) }

  public func adaptations(
    _ parameters: Parameters<Tensor>, to support: Batch<Tensor>, steps: Int
  ) -> [Parameters<Tensor>] { base.adaptations(parameters, to: support, steps: steps) }

  public func figures(_ parameters: Parameters<NDArray>) -> [Figure] { base.figures(parameters) }
}
