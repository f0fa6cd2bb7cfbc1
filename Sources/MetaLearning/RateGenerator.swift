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

  /// What to multiply rates and decays by, from the weights and slopes of the layers that move at this step.
  /// A layer that stands still shows zeros.
  ///
  /// - Shapes: `[1, width]`, as in ``row(_:)``.
  func factors(
    _ parameters: Parameters<Tensor>, _ weights: Parameters<Tensor>, _ slopes: Parameters<Tensor>
  ) -> Tensor {
    let shown = [weights, slopes].flatMap { leaves in layers.map { leaves.leaves(ofLayer: $0) } }
    let totals = row(shown.map(\.total))
    let shares = row(shown.map { leaves in leaves.first.map { 1 / leaves.elements * $0.one } })
    return parts.head(parameters, parts.hidden(parameters, totals * shares).relu)
  }

  /// Numbers for `rate.fc1` of each layer `fc1`, and then for `decay.fc1`, side by side; zeros where there
  /// is none.
  ///
  /// - Shapes: `[]` each, and `[1, width]`.
  func row(_ numbers: [Tensor?]) -> Tensor {
    let places = numbers.enumerated().compactMap { $1?.placed(at: $0, in: [1, width]) }
    return places.dropFirst().reduce(places[0], +)
  }

  /// The numbers that stand in such a row, as `rate.fc1` and so on.
  func numbers(in row: Tensor) -> Parameters<Tensor> {
    Parameters(names.enumerated().map { ($1, row.element($0)) })
  }

  /// Of the numbers of a row.
  var names: [String] { layers.map { "rate.\($0)" } + layers.map { "decay.\($0)" } }
}

extension Parameters where Leaf == Tensor {
  fileprivate func leaves(ofLayer layer: String) -> [Tensor] {
    zip(names, leaves).filter { layerName(of: $0.0) == layer }.map(\.1)
  }
}

extension [Tensor] {
  /// The sum of all elements, if there are any.
  fileprivate var total: Tensor? {
    first.map { first in dropFirst().reduce(first.sum) { $0 + $1.sum } }
  }

  fileprivate var elements: Float { Float(reduce(0) { $0 + $1.shape.count }) }
}

extension Tensor {
  fileprivate var one: Tensor { sum.filled(with: 1) }
}
