public import Episodes
public import Graphs
public import NDArrays

/// A learner whose tasks are told how much they count: their meta-gradient is multiplied by `task.weight`.
public struct WeighedTask: WrappedLearner {
  public var base: any MetaLearner

  public init(_ base: any MetaLearner) { self.base = base }

  public var told: Parameters<Shape> { Parameters([("weight", [])]) }

  public func metaGradient(
    _ parameters: Parameters<Tensor>, _ episode: Episode<Tensor>
  ) -> MetaGradient {
    var result = base.metaGradient(parameters.filter { !$0.hasPrefix("task.") }, episode)
    result.gradient = parameters["task.weight"] * result.gradient
    return result
  }
}
