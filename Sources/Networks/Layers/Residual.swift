public import Graphs
public import NDArrays

/// Layers whose outputs are added to those of a shortcut around them.
public struct Residual: Layer {
  public var main: [any Layer]
  /// Empty for the inputs themselves.
  public var shortcut: [any Layer]

  public init(_ main: [any Layer], shortcut: [any Layer]) {
    (self.main, self.shortcut) = (main, shortcut)
  }

  public func output(_ input: Shape) -> Shape? {
    guard let output = main.output(input), output == shortcut.output(input) else { return nil }
    return output
  }

  public func weights(_ input: Shape) -> Parameters<Weight> {
    main.weights(input).merging(shortcut.weights(input))
  }

  public func callAsFunction(_ weights: Parameters<Tensor>, _ inputs: Signal) -> Signal {
    let (a, b) = (main(weights, inputs), shortcut(weights, inputs))
    guard case .other(let others) = a.statistics, case .other(let more) = b.statistics else {
      return Signal(a.values + b.values, statistics: a.statistics)
    }
    return Signal(a.values + b.values, statistics: .other(others + more))
  }
}

/// A sequence of layers does what one layer does.
extension [any Layer] {
  public func output(_ input: Shape) -> Shape? {
    reduce(input) { shape, layer in shape.flatMap(layer.output) }
  }

  /// - Traps: where a layer cannot take what the one before it gives.
  func weights(_ input: Shape) -> Parameters<Weight> {
    var (weights, shape) = (Parameters<Weight>([]), input)
    for (index, layer) in enumerated() {
      guard let output = layer.output(shape) else {
        preconditionFailure("layer \(index + 1), \(layer), cannot take inputs of \(shape)")
      }
      weights = weights.merging(layer.weights(shape))
      shape = output
    }
    return weights
  }

  func callAsFunction(_ weights: Parameters<Tensor>, _ inputs: Signal) -> Signal {
    reduce(inputs) { signal, layer in layer(weights, signal) }
  }
}
