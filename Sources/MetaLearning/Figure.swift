import Graphs
import NDArrays
import Networks

/// A number about a layer that says what a method has learned, such as the share of its units that adapt.
public struct Figure: Equatable, Sendable {
  /// What it is; the same for all layers.
  public var key: String
  public var layer: String
  public var value: Double

  public init(_ key: String, of layer: String, _ value: Double) {
    (self.key, self.layer, self.value) = (key, layer, value)
  }
}

extension Figure {
  /// Where numbers lie: the least, the median and the greatest.
  static func spread(_ key: String, of layer: String, _ numbers: [Float]) -> [Figure] {
    guard !numbers.isEmpty else { return [] }
    let sorted = numbers.map(Double.init).sorted()
    let middle = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    return [
      Figure("\(key)_least", of: layer, sorted[0]), Figure("\(key)_median", of: layer, middle),
      Figure("\(key)_greatest", of: layer, sorted[sorted.count - 1]),
    ]
  }

  static func mean(_ key: String, of layer: String, _ numbers: [Double]) -> [Figure] {
    numbers.isEmpty
      ? [] : [Figure(key, of: layer, numbers.reduce(0, +) / Double(numbers.count))]
  }
}

extension Parameters where Leaf == NDArray {
  /// All numbers of the leaves that are a layer's by their names, `fc1` or `fc1.weight`.
  func numbers(ofLayer layer: String) -> [Float] {
    zip(names, leaves).filter { $0.0 == layer || layerName(of: $0.0) == layer }
      .flatMap(\.1.elements)
  }
}
