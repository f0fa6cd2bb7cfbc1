public import NDArrays

/// How the weights of a layer are drawn before training.
///
/// A weight of shape `[outputs, inputs, ...]` joins `inputs` times the remaining axes values (its
/// fan-in) and passes each on to `outputs` times the remaining axes (its fan-out).
public enum Initializer: Hashable, Sendable {
  case zeros
  case normal(deviation: Float)
  /// A normal draw, redrawn while it is more than two deviations from zero. What remains has 0.88 of
  /// the deviation.
  case truncatedNormal(deviation: Float)
  /// Uniform with variance `2 / (fan-in + fan-out)`: keeps the scale of values and gradients through
  /// odd activations. Glorot & Bengio 2010.
  case glorotUniform
  /// Normal with variance `2 / fan-in`: keeps the scale of values through relus. He et al. 2015.
  case heNormal
  /// Uniform with the variance of `heNormal`.
  case heUniform

  public func callAsFunction(_ shape: Shape, _ key: RandomKey) -> NDArray {
    precondition(shape.rank >= 2, "a weight has outputs and inputs, unlike \(shape)")
    let field = shape.sizes.dropFirst(2).reduce(1, *)
    let (fanIn, fanOut) = (Float(shape[1] * field), Float(shape[0] * field))
    return switch self {
    case .zeros: NDArray(repeating: 0, shape: shape)
    case .normal(let deviation): drawn(shape, key) { deviation * $0.normal() }
    case .truncatedNormal(let deviation):
      drawn(shape, key) { $0.truncatedNormal(deviation: deviation) }
    case .glorotUniform: uniform(shape, key, variance: 2 / (fanIn + fanOut))
    case .heNormal: drawn(shape, key) { (2 / fanIn).squareRoot() * $0.normal() }
    case .heUniform: uniform(shape, key, variance: 2 / fanIn)
    }
  }

  private func uniform(_ shape: Shape, _ key: RandomKey, variance: Float) -> NDArray {
    let limit = (3 * variance).squareRoot()
    return drawn(shape, key) { $0.uniform(-limit...limit) }
  }

  private func drawn(
    _ shape: Shape, _ key: RandomKey, _ draw: (inout RandomStream) -> Float
  ) -> NDArray {
    var stream = key.stream
    return NDArray((0..<shape.count).map { _ in draw(&stream) }, shape: shape)
  }
}
