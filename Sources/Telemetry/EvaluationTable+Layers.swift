import Files

extension EvaluationTable {
  /// What was seen of a layer of the network.
  public struct Layer: Equatable, Sendable {
    public var name: String
    /// How far adaptation moved it in so many steps, relative to the norm of its weights.
    public var moved: Row
    public var steps: Int
    /// What else there is to know, such as where its rates lie: all layers' by the same keys.
    public var figures: [MetricsFigure]

    public init(_ name: String, moved: Row, in steps: Int, figures: [MetricsFigure]) {
      (self.name, self.moved, self.steps, self.figures) = (name, moved, steps, figures)
    }
  }

  /// Of figures, by their first layers.
  private var keys: [String] {
    layers.flatMap { $0.figures.map(\.key) }.reduce(into: []) { keys, key in
      if !keys.contains(key) { keys.append(key) }
    }
  }

  var layerLines: [String] {
    let steps = layers.first.map { $0.steps == 1 ? "1 step" : "\($0.steps) steps" } ?? ""
    let header =
      ["layer", "moved in \(steps)", "± 95 % CI"] + keys.map { $0.replacing("_", with: " ") }
    return aligned(
      [header]
        + layers.map { layer in
          [layer.name, decimals(layer.moved.mean), decimals(layer.moved.halfWidth)]
            + keys.map { key in
              layer.figures.first { $0.key == key }.map { decimals($0.value) } ?? "-"
            }
        })
  }

  /// What follows the results.
  var layerMember: String {
    guard !layers.isEmpty else { return "" }
    let objects = layers.map { layer in
      "    "
        + jsonObject(
          [
            ("layer", jsonString(layer.name)), ("inner_steps", "\(layer.steps)"),
            ("moved", number(layer.moved.mean)),
            ("moved_ci95", number(layer.moved.halfWidth)),
          ] + layer.figures.map { ($0.key, number($0.value)) })
    }
    return ",\n  \"layers\": [\n\(objects.joined(separator: ",\n"))\n  ]"
  }
}

private func decimals(_ value: Double) -> String {
  value.isFinite ? fixed(value, places: 4) : "-"
}

/// Columns of text, flush right.
func aligned(_ cells: [[String]]) -> [String] {
  let columns = cells.first?.indices ?? 0..<0
  let widths = columns.map { column in cells.map { $0[column].count }.max() ?? 0 }
  return cells.map { row in
    zip(row, widths).map { cell, width in
      String(repeating: " ", count: width - cell.count) + cell
    }.joined(separator: "  ")
  }
}
