public import Graphs
public import NDArrays

/// An activation as a layer.
public struct ActivationLayer: Layer, Hashable {
  public var activation: Activation

  public init(_ activation: Activation) { self.activation = activation }

  public func output(_ input: Shape) -> Shape? { input }

  public func callAsFunction(_ weights: Parameters<Tensor>, _ inputs: Signal) -> Signal {
    inputs.map { activation($0) }
  }
}
