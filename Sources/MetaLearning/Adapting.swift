import Graphs
public import Networks

/// Which weights follow the inner slopes, and at which inner steps. The others stay where they are
/// during adaptation, and are learned across tasks alone.
///
/// Nobody asks for the slopes of weights that stand still, so none of their arithmetic is recorded; and
/// layers below all that ever move are computed once for all inner steps, since the compiler shares
/// equal lines.
public enum Adapting: Hashable, Sendable {
  case all
  /// All but the scales and shifts of normalisation, as in the experiments of MAML's authors.
  case weights
  /// The last layer alone.
  ///
  /// - Source: Raghu, Raghu, Bengio & Vinyals 2020, "Rapid Learning or Feature Reuse? Towards
  ///   Understanding the Effectiveness of MAML", section 4, which calls it ANIL.
  case head
  /// All but the last layer.
  ///
  /// - Source: Oh, Yoo, Kim & Yun 2021, "BOIL: Towards Representation Change for Few-shot Learning".
  case body
  /// A row for each inner step: the names of the layers that move. Steps after those of the last row go
  /// by the last row, and a step of an empty row leads nowhere.
  ///
  /// - Source: Khabarlak 2022, "Faster Optimization-Based Meta-Learning Adaptation Phase"; that a step
  ///   may have layers of its own is our reading of it.
  case pattern([[String]])
}

extension Adapting {
  /// The names of the weights that move at an inner step, the first step being zero.
  public func moving(at step: Int, in network: any Network) -> Set<String> {
    let (names, layers) = (network.layout.names, network.layerNames)
    return Set(
      names.filter { name in
        switch self {
        case .all: true
        case .weights: !network.isNormalization(name)
        case .head: layerName(of: name) == layers.last
        case .body: layerName(of: name) != layers.last
        case .pattern(let rows): row(step, of: rows).contains(layerName(of: name))
        }
      })
  }

  private func row(_ step: Int, of rows: [[String]]) -> [String] {
    step < rows.count ? rows[step] : rows.last ?? []
  }
}

extension Network {
  /// The layers that have weights, in the order of those. A layer's weights share their name up to the
  /// last dot: `fc1.weight` and `fc1.bias` are of `fc1`.
  public var layerNames: [String] {
    layout.names.map(layerName).reduce(into: []) { layers, name in
      if !layers.contains(name) { layers.append(name) }
    }
  }
}

/// The layer that a weight is of.
func layerName(of parameter: String) -> String {
  let end = parameter.lastIndex(of: ".") ?? parameter.endIndex
  return String(parameter[..<end])
}
