public import Graphs
public import NDArrays

/// Gradient descent, `θ ← θ - rate g`. It remembers nothing.
public struct SGD: OuterOptimizer, Hashable {
  public var rate: Schedule

  public init(rate: Schedule) { self.rate = rate }

  public func initialState(_ layout: Parameters<Shape>) -> Parameters<NDArray> { Parameters([]) }

  public func update(
    parameters: Parameters<Tensor>, gradient: Parameters<Tensor>, state: Parameters<Tensor>,
    step: Tensor
  ) -> (parameters: Parameters<Tensor>, state: Parameters<Tensor>) {
    (parameters - rate(step) * gradient, state)
  }
}
