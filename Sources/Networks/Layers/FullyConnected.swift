public import Graphs
public import NDArrays

/// A linear map of vectors and a shift: ``Dense`` for inputs of whatever length.
public struct FullyConnected: Layer, Hashable {
  public var name: String
  public var outputs: Int
  /// Draws the weight.
  public var initializer: Initializer

  public init(_ name: String, outputs: Int, initializer: Initializer) {
    (self.name, self.outputs, self.initializer) = (name, outputs, initializer)
  }

  public func output(_ input: Shape) -> Shape? {
    input.rank == 1 && outputs > 0 ? [outputs] : nil
  }

  public func weights(_ input: Shape) -> Parameters<Weight> {
    Parameters([
      ("weight", Weight([outputs, input[0]], .drawn(initializer))),
      ("bias", Weight([outputs], .constant(0))),
    ]).grouped(under: name)
  }

  public func callAsFunction(_ weights: Parameters<Tensor>, _ inputs: Signal) -> Signal {
    inputs.map {
      let outputs = matmul($0, transposed: weights["\(name).weight"]) + weights["\(name).bias"]
      return weights.warped(outputs, name)
    }
  }
}
