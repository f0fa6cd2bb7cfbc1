import Graphs

/// How the slopes of inner steps become a direction.
public enum InnerOptimizer: Hashable, Sendable {
  /// The slope itself.
  case sgd
  /// By running moments of the slopes, which start from nothing for each task.
  ///
  /// - Source: Kingma & Ba 2015, "Adam: A Method for Stochastic Optimization", Algorithm 1.
  case adam(beta1: Float, beta2: Float, epsilon: Float)

  func begun(at weights: Parameters<Tensor>) -> InnerOptimization {
    let zero = weights.map { $0.filled(with: 0) }
    return InnerOptimization(optimizer: self, first: zero, second: zero)
  }
}

/// An inner optimiser on its way through one task.
struct InnerOptimization {
  fileprivate var optimizer: InnerOptimizer
  fileprivate var steps = 0
  fileprivate var first: Parameters<Tensor>
  fileprivate var second: Parameters<Tensor>

  /// What to subtract, times the rate.
  mutating func direction(_ slope: Parameters<Tensor>) -> Parameters<Tensor> {
    switch optimizer {
    case .sgd: slope
    case .adam(let beta1, let beta2, let epsilon): adam(slope, beta1, beta2, epsilon)
    }
  }

  private mutating func adam(
    _ slope: Parameters<Tensor>, _ beta1: Float, _ beta2: Float, _ epsilon: Float
  ) -> Parameters<Tensor> {
    steps += 1
    first = beta1 * first + (1 - beta1) * slope
    second = beta2 * second + (1 - beta2) * (slope * slope)
    let (firstShare, secondShare) = (1 - power(beta1, steps), 1 - power(beta2, steps))
    return first.paired(with: second) { first, second in
      ((1 / firstShare) * first) / (((1 / secondShare) * second).squareRoot + epsilon)
    }
  }
}

private func power(_ base: Float, _ exponent: Int) -> Float {
  (0..<exponent).reduce(1) { product, _ in product * base }
}
