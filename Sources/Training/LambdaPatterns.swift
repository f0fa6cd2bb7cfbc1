import Graphs
public import MetaLearning
public import Networks

/// Which layers move at which inner step: a way to adapt that costs less than moving all.
///
/// - Source: Khabarlak 2022, "Faster Optimization-Based Meta-Learning Adaptation Phase". That a pattern is
///   a matrix of steps by layers, and which ones are tried, is our reading of it.
public struct LambdaPattern: Hashable, Sendable {
  /// The layers that could move, first to last, and what moves with each: a normalisation goes with the
  /// layer before it.
  let layers: [[String]]
  /// A row for each inner step: which of them move.
  public let rows: [Set<Int>]

  /// Without the rows that would only repeat the last one.
  public var adapting: Adapting {
    let repeated = rows.reversed().prefix { $0 == rows[rows.count - 1] }.count
    return .pattern(
      rows.dropLast(repeated - 1).map { row in row.sorted().flatMap { layers[$0] } })
  }

  /// Such as `conv4–fc`, or `conv1–fc, then 4x fc`.
  public var name: String {
    let runs = rows.reduce(into: [(count: Int, row: Set<Int>)]()) { runs, row in
      if runs.last?.row == row { runs[runs.count - 1].count += 1 } else { runs.append((1, row)) }
    }
    guard runs.count > 1 else { return name(rows[0]) }
    return runs.map { $0.count == 1 ? name($0.row) : "\($0.count)x \(name($0.row))" }
      .joined(separator: ", then ")
  }

  private func name(_ row: Set<Int>) -> String {
    let moving = row.sorted()
    guard let first = moving.first, let last = moving.last else { return "none" }
    if moving.count > 2, last - first == moving.count - 1 {
      return "\(layers[first][0])–\(layers[last][0])"
    }
    return moving.map { layers[$0][0] }.joined(separator: "+")
  }
}

/// The patterns that a search tries. The first is always the full one.
public struct LambdaPatterns: Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The top layers, in all steps.
    case suffixes
    /// The bottom layers, in all steps.
    case prefixes
    /// One layer, in all steps.
    case single
    /// Any layers, the same in all steps.
    case all
    /// The top layers; in later steps as many or fewer.
    case perStep = "per-step"
  }

  /// The layers that could move, first to last.
  let layers: [[String]]
  public let steps: Int

  /// - Parameters:
  ///   - adapting: what moves in the full pattern.
  ///   - steps: at least one.
  public init(_ adapting: Adapting, in network: any Network, steps: Int) {
    precondition(steps > 0, "a pattern has a row for each inner step")
    self.steps = steps
    let moving = (0..<steps).reduce(into: Set<String>()) {
      $0.formUnion(adapting.moving(at: $1, in: network))
    }
    layers = network.layers(of: moving)
  }

  /// More candidates than this are not tried.
  public static let most = 1024

  /// `nil` where there are more than ``most``.
  public func candidates(_ kind: Kind) -> [LambdaPattern]? {
    guard let rows = rows(kind), rows.count <= Self.most else { return nil }
    let full = [Set<Int>](repeating: Set(layers.indices), count: steps)
    return ([full] + rows.filter { $0 != full }).map { LambdaPattern(layers: layers, rows: $0) }
  }

  private func rows(_ kind: Kind) -> [[Set<Int>]]? {
    let (count, all) = (layers.count, Array(layers.indices))
    switch kind {
    case .suffixes: return constant((1...count).map { Set(all.suffix($0)) })
    case .prefixes: return constant((1...count).map { Set(all.prefix($0)) })
    case .single: return constant(all.map { [$0] })
    case .all:
      guard count <= 10 else { return nil }
      return constant((0..<1 << count).map { bits in Set(all.filter { bits >> $0 & 1 == 1 }) })
    case .perStep:
      return depths(steps, atMost: count)?.map { $0.map { Set(all.suffix($0)) } }
    }
  }

  private func constant(_ rows: [Set<Int>]) -> [[Set<Int>]] {
    rows.map { [Set<Int>](repeating: $0, count: steps) }
  }

  /// All ways to go down, or stay, from `most` on; `nil` where there are too many.
  private func depths(_ steps: Int, atMost most: Int) -> [[Int]]? {
    guard steps > 0 else { return [[]] }
    var all: [[Int]] = []
    for depth in 1...most {
      guard let rest = depths(steps - 1, atMost: depth) else { return nil }
      all += rest.map { [depth] + $0 }
      guard all.count <= Self.most else { return nil }
    }
    return all
  }
}

extension Network {
  /// The layers that some weights are of, each with the normalisations behind it that are too.
  fileprivate func layers(of weights: Set<String>) -> [[String]] {
    layerNames.reduce(into: []) { layers, layer in
      let own = layout.names.filter { $0.hasPrefix(layer + ".") && weights.contains($0) }
      guard !own.isEmpty else { return }
      if own.allSatisfy(isNormalization), !layers.isEmpty {
        layers[layers.count - 1].append(layer)
      } else {
        layers.append([layer])
      }
    }
  }
}

extension EvaluationPlan {
  /// Which weights move; `nil` for methods that leave no choice.
  public var adapts: Adapting? {
    learner.evaluationSettings.first { $0.key == "adapts" }.flatMap { Adapting(written: $0.value) }
  }
}

extension Adapting {
  /// As a plan says it.
  public var yaml: String { written.text }
}
