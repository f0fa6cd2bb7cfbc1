public import Graphs
public import NDArrays

/// A bound on the gradient of a step. A gradient that is not a number passes as it is, to be seen.
public enum Clip: Hashable, Sendable {
  case none
  /// Each element is brought between `-limit` and `limit`.
  case elementwise(limit: Float)
  /// All leaves together are shrunk by one factor until their Euclidean norm is `limit`. A gradient
  /// within the limit keeps its bits. The norm is infinite from about 1.8e19 on, where the square
  /// leaves float32; such a gradient shrinks to zero.
  case norm(limit: Float)

  public func callAsFunction(_ gradient: Parameters<Tensor>) -> Parameters<Tensor> {
    switch self {
    case .none: gradient
    case .elementwise(let limit): gradient.map { clamped($0, to: limit) }
    case .norm(let limit): shrunk(gradient, to: limit)
    }
  }

  // In both, the limit is the first operand: the second one is what `minimum` and `maximum` answer
  // when it is not a number.
  private func clamped(_ x: Tensor, to limit: Float) -> Tensor {
    Tensor.minimum(x.filled(with: limit), Tensor.maximum(x.filled(with: -limit), x))
  }

  private func shrunk(_ gradient: Parameters<Tensor>, to limit: Float) -> Parameters<Tensor> {
    let squares = gradient.leaves.map(\.squared.sum)
    guard let first = squares.first else { return gradient }
    let norm = squares.dropFirst().reduce(first, +).squareRoot
    return (limit / Tensor.maximum(norm.filled(with: limit), norm)) * gradient
  }
}

/// An optimiser that is shown a bounded gradient. Its state is the optimiser's own.
public struct Clipped: OuterOptimizer {
  public var clip: Clip
  public var optimizer: any OuterOptimizer

  public init(_ optimizer: any OuterOptimizer, by clip: Clip) {
    (self.optimizer, self.clip) = (optimizer, clip)
  }

  public func initialState(_ layout: Parameters<Shape>) -> Parameters<NDArray> {
    optimizer.initialState(layout)
  }

  public func update(
    parameters: Parameters<Tensor>, gradient: Parameters<Tensor>, state: Parameters<Tensor>,
    step: Tensor
  ) -> (parameters: Parameters<Tensor>, state: Parameters<Tensor>) {
    optimizer.update(
      parameters: parameters, gradient: clip(gradient), state: state, step: step)
  }
}
