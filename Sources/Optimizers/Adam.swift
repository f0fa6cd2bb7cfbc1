public import Graphs
public import NDArrays

/// Descent scaled by running estimates of the gradient's first and second moments.
///
/// With `m` and `v` the moments after the `t`-th update, both corrected for having started at zero,
/// `θ ← θ - rate m / (√v + ε)`. The correction comes before `ε` is added, as in Algorithm 1 and in
/// PyTorch; TensorFlow adds it to the uncorrected root, which differs while `√v` is near `ε`.
///
/// State: `adam.first.<name>`, `adam.second.<name>`, and the scalars `adam.beta1Power` and
/// `adam.beta2Power`, which are `β₁ᵗ` and `β₂ᵗ`: kept, because a program has no power function, and
/// because a resumed run must have them to the bit.
///
/// - Source: Kingma & Ba 2015, "Adam: A Method for Stochastic Optimization", Algorithm 1.
public struct Adam: OuterOptimizer, Hashable {
  public var rate: Schedule
  /// How much of the first moment is kept each step.
  public var beta1: Float
  /// How much of the second moment is kept each step.
  public var beta2: Float
  public var epsilon: Float

  public init(rate: Schedule, beta1: Float, beta2: Float, epsilon: Float) {
    (self.rate, self.beta1, self.beta2, self.epsilon) = (rate, beta1, beta2, epsilon)
  }

  public func initialState(_ layout: Parameters<Shape>) -> Parameters<NDArray> {
    layout.zeros().grouped(under: "adam.first")
      .merging(layout.zeros().grouped(under: "adam.second"))
      .merging(Parameters([("adam.beta1Power", NDArray(1)), ("adam.beta2Power", NDArray(1))]))
  }

  public func update(
    parameters: Parameters<Tensor>, gradient: Parameters<Tensor>, state: Parameters<Tensor>,
    step: Tensor
  ) -> (parameters: Parameters<Tensor>, state: Parameters<Tensor>) {
    let next = advanced(state, by: gradient)
    let scale = rate(step) / (1 - next.beta1Power)
    let correction = 1 / (1 - next.beta2Power)
    let moves = next.first.paired(with: next.second) { first, second in
      scale * first / ((correction * second).squareRoot + epsilon)
    }
    return (parameters - moves, next.named)
  }

  private func advanced(_ state: Parameters<Tensor>, by gradient: Parameters<Tensor>) -> Moments {
    Moments(
      first: beta1 * state.group("adam.first") + (1 - beta1) * gradient,
      second: beta2 * state.group("adam.second") + (1 - beta2) * gradient.map(\.squared),
      beta1Power: beta1 * state["adam.beta1Power"], beta2Power: beta2 * state["adam.beta2Power"])
  }

  private struct Moments {
    var first: Parameters<Tensor>
    var second: Parameters<Tensor>
    var beta1Power: Tensor
    var beta2Power: Tensor

    var named: Parameters<Tensor> {
      first.grouped(under: "adam.first").merging(second.grouped(under: "adam.second"))
        .merging(Parameters([("adam.beta1Power", beta1Power), ("adam.beta2Power", beta2Power)]))
    }
  }
}
