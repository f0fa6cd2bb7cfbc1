public import Graphs

/// What a layer's outputs go through before the next layer, element by element.
public enum Activation: String, Hashable, Sendable, CaseIterable {
  case relu, tanh, sigmoid
  /// `log(1 + eˣ)`, a smooth relu.
  case softplus
  case sine
  /// `x Φ(x)` for the normal distribution function `Φ`, by its usual approximation with `tanh`
  /// (Hendrycks & Gimpel 2016, "Gaussian Error Linear Units"; off by at most 5e-4).
  case gelu
  /// `x`, and a tenth of it below zero.
  case leakyRelu = "leaky-relu"

  public func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .relu: x.relu
    case .tanh: x.tanh
    case .sigmoid: x.sigmoid
    case .softplus: softplus(x)
    case .sine: x.sin
    case .gelu: gelu(x)
    case .leakyRelu: 0.9 * x.relu + 0.1 * x
    }
  }

  // Written so that the exponential never overflows. The kinks of the two terms at zero cancel.
  private func softplus(_ x: Tensor) -> Tensor {
    let magnitude = Tensor.maximum(x, -x)
    return x.relu + ((-magnitude).exp + 1).log
  }

  private func gelu(_ x: Tensor) -> Tensor {
    let inner = (2 / Float.pi).squareRoot() * (x + 0.044715 * (x * x.squared))
    return 0.5 * x * (inner.tanh + 1)
  }
}
