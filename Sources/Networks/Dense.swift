public import Graphs
public import NDArrays

/// A layer that is a linear map and a shift, `x Wᵀ + b`: the smallest network, and a part of others.
///
/// - Shapes: inputs `[n, inputs]`, outputs `[n, outputs]`; `<name>.weight` is `[outputs, inputs]`,
///   `<name>.bias` is `[outputs]` and starts at zero.
public struct Dense: Network, Hashable {
  public var name: String
  public var inputs: Int
  public var outputs: Int
  /// Draws the weight.
  public var initializer: Initializer

  public init(_ name: String, inputs: Int, outputs: Int, initializer: Initializer) {
    precondition(inputs > 0 && outputs > 0, "\(name) has \(inputs) inputs, \(outputs) outputs")
    (self.name, self.inputs, self.outputs, self.initializer) = (name, inputs, outputs, initializer)
  }

  public var layout: Parameters<Shape> {
    Parameters([("weight", [outputs, inputs]), ("bias", [outputs])]).grouped(under: name)
  }

  public func initial(_ key: RandomKey) -> Parameters<NDArray> {
    Parameters([
      ("weight", initializer([outputs, inputs], key)),
      ("bias", NDArray(repeating: 0, shape: [outputs])),
    ]).grouped(under: name)
  }

  public func callAsFunction(_ weights: Parameters<Tensor>, _ inputs: Tensor) -> Tensor {
    let outputs = matmul(inputs, transposed: weights["\(name).weight"]) + weights["\(name).bias"]
    return weights.warped(outputs, name)
  }
}
