import Files

/// How well parameters adapt to new tasks, as text and as JSON.
public struct EvaluationTable: Equatable, Sendable {
  /// What was measured, such as `mean squared error`; the first counts most.
  public var measures: [Measure]
  public var tasks: Int
  /// How it was measured, where that makes a difference.
  public var note: String?
  public var layers: [Layer]

  public struct Measure: Equatable, Sendable {
    public var name: String
    /// One word for it.
    public var key: String
    public var isShare: Bool
    /// For 0, 1, ... inner steps.
    public var rows: [Row]

    /// - Parameter isShare: whether it is a share of one, and shown in percent.
    public init(_ name: String, key: String, isShare: Bool = false, rows: [Row]) {
      (self.name, self.key, self.isShare, self.rows) = (name, key, isShare, rows)
    }
  }

  /// A mean over tasks and half the width of its 95 % confidence interval.
  public struct Row: Equatable, Sendable {
    public var mean: Double
    public var halfWidth: Double
    public init(mean: Double, halfWidth: Double) { (self.mean, self.halfWidth) = (mean, halfWidth) }
  }

  public init(
    _ measures: [Measure], tasks: Int, note: String? = nil, layers: [Layer] = []
  ) {
    precondition(!measures.isEmpty, "something was measured")
    (self.measures, self.tasks, self.note, self.layers) = (measures, tasks, note, layers)
  }

  private var steps: Range<Int> { measures[0].rows.indices }

  /// Columns under a heading, ending in a line break.
  public var text: String {
    let heading =
      "\(measures[0].name) over \(grouped(tasks)) tasks" + (note.map { ", \($0)" } ?? "")
    let means = measures.count == 1 ? ["mean"] : measures.map(\.key)
    let header = ["inner steps"] + means.flatMap { [$0, "± 95 % CI"] }
    let cells = [header] + steps.map { step in ["\(step)"] + measures.flatMap { $0.cells(step) } }
    let lines = aligned(cells)
    let below = layers.isEmpty ? [] : [""] + layerLines
    return ([heading, ""] + lines + below).map { $0 + "\n" }.joined()
  }

  /// JSON with keys in a fixed order and all digits, ending in a line break.
  public var json: String {
    let lines = steps.map { step in
      "    " + jsonObject([("inner_steps", "\(step)")] + members(step))
    }
    let note = note.map { "\n  \"note\": \(jsonString($0))," } ?? ""
    return """
      {
        "measure": \(jsonString(measures[0].name)),
        "tasks": \(tasks),\(note)
        "results": [
      \(lines.joined(separator: ",\n"))
        ]\(layerMember)
      }

      """
  }
}

extension EvaluationTable {
  /// The first measure has the plain keys.
  private func members(_ step: Int) -> [(key: String, value: String)] {
    measures.enumerated().flatMap { index, measure in
      let keys = index == 0 ? ["mean", "ci95"] : [measure.key, "\(measure.key)_ci95"]
      let row = measure.rows[step]
      return [(keys[0], number(row.mean)), (keys[1], number(row.halfWidth))]
    }
  }
}

extension EvaluationTable.Measure {
  /// A single task that diverged takes the mean with it.
  fileprivate func cells(_ step: Int) -> [String] {
    let row = rows[step]
    guard row.mean.isFinite, row.halfWidth.isFinite else { return ["diverged", ""] }
    return isShare
      ? [fixed(100 * row.mean, places: 2) + " %", fixed(100 * row.halfWidth, places: 2)]
      : [fixed(row.mean, places: 4), fixed(row.halfWidth, places: 4)]
  }

}
