public import Episodes
public import Graphs
public import NDArrays
import Networks

/// A learner whose tasks remember where adaptation led them before: the query loss is taken at a mean of that
/// place and the new one.
///
/// With the memory `u` of a task and the share `b` of what is new, `u ← (1 - b) u + b θ'`, where `θ'` are the adapted
/// weights. A task that has no memory yet takes `θ'` for it, as a constant. The meta-gradient is that of the query loss
/// at the new `u`, through `θ'`; it has a factor `b`, which is part of the outer rate in the source's formula, but
/// not in its authors' code.
///
/// - Source: Wang, Yuan, Ying & Yang 2023, "Memory-Based Optimization Methods for Model-Agnostic Meta-Learning
///   and Personalized Federated Learning", Algorithm 1.
public struct RememberedTask: WrappedLearner {
  public var base: any MetaLearner
  /// Of a memory, the share that is new; with one it is as if there were none.
  public var share: Float

  public init(_ base: any MetaLearner, share: Float) { (self.base, self.share) = (base, share) }

  /// The memory, and whether there is any: one or zero.
  public var told: Parameters<Shape> { tells.merging(Parameters([("known", [])])) }

  public var tells: Parameters<Shape> { network.layout.grouped(under: "memory") }

  public func metaGradient(
    _ parameters: Parameters<Tensor>, _ episode: Episode<Tensor>
  ) -> MetaGradient {
    let task = parameters.group("task")
    let parameters = parameters.filter { !$0.hasPrefix("task.") }
    let path = adaptations(parameters, to: episode.support, steps: innerSteps)
    let adapted = path[innerSteps].filter(network.layout.names.contains)
    let memory = remembered(adapted, task)
    let lossAfter = batchLoss(memory, episode.query)
    return MetaGradient(
      lossBefore: batchLoss(path[0], episode.support), lossAfter: lossAfter,
      gradient: gradient(of: lossAfter, at: parameters.filter(layout.names.contains)),
      tells: memory.grouped(under: "memory"))
  }

  private func remembered(
    _ adapted: Parameters<Tensor>, _ task: Parameters<Tensor>
  ) -> Parameters<Tensor> {
    guard share < 1 else { return adapted }
    let known = task["known"]
    let before = known * task.group("memory") + (1 - known) * adapted.stopped
    return (1 - share) * before + share * adapted
  }
}
