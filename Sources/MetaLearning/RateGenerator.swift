import Graphs
import NDArrays
import Networks

/// The network in ALFA that sees how a task's layers do and says how fast they should move.
///
/// Two dense layers as wide as their input, which is two numbers for each layer of the learner's network.
struct RateGenerator {
  var layers: [String]

  private var width: Int { 2 * layers.count }

  private var parts: (hidden: Dense, head: Dense) {
    func part(_ name: String, _ initializer: Initializer) -> Dense {
      Dense("generator.\(name)", inputs: width, outputs: width, initializer: initializer)
    }
    // A head of zeros says what its bias does.
    return (part("fc1", .heUniform), part("fc2", .zeros))
  }

  var layout: Parameters<Shape> { parts.hidden.layout.merging(parts.head.layout) }

  func initial(_ key: RandomKey) -> Parameters<NDArray> {
    let one = NDArray(repeating: 1, shape: [width])
    return parts.hidden.initial(key).merging(parts.head.initial(key))
      .replacing(with: Parameters([("\(parts.head.name).bias", one)]))
  }

  /// `rate.fc1` and `decay.fc1` for each layer `fc1`, scalars, from the weights and slopes of those that
  /// move at this step. A layer that stands still shows zeros.
  func factors(
    _ parameters: Parameters<Tensor>, _ weights: Parameters<Tensor>, _ slopes: Parameters<Tensor>
  ) -> Parameters<Tensor> {
    let shown = layers.map { weights.mean(ofLayer: $0) } + layers.map { slopes.mean(ofLayer: $0) }
    let said = parts.head(parameters, parts.hidden(parameters, row(of: shown)).relu)
    let names = layers.map { "rate.\($0)" } + layers.map { "decay.\($0)" }
    return Parameters(
      names.enumerated().map { ($1, (said * said.unit($0, of: width)).sum) })
  }

  /// Shape `[1, width]`.
  private func row(of numbers: [Tensor?]) -> Tensor {
    let terms = numbers.enumerated().compactMap { index, number in
      number.map { $0 * $0.unit(index, of: width) }
    }
    return terms.dropFirst().reduce(terms[0], +)
  }
}

extension Parameters where Leaf == Tensor {
  /// The mean over all elements of a layer's leaves, if there are any.
  fileprivate func mean(ofLayer layer: String) -> Tensor? {
    let leaves = zip(names, leaves).filter { layerName(of: $0.0) == layer }.map(\.1)
    guard let first = leaves.first else { return nil }
    let total = leaves.dropFirst().reduce(first.sum) { $0 + $1.sum }
    return (1 / Float(leaves.reduce(0) { $0 + $1.shape.count })) * total
  }
}

extension Tensor {
  /// One at `index` and zero elsewhere, of shape `[1, count]`.
  fileprivate func unit(_ index: Int, of count: Int) -> Tensor {
    sum.reshaped(to: [1]).filled(with: Float(index)).oneHot(classes: count)
  }
}
