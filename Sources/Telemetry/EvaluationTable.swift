import Files

/// How well parameters adapt to new tasks, as text and as JSON.
public struct EvaluationTable: Equatable, Sendable {
  /// What was measured, such as `mean squared error`.
  public var measure: String
  public var tasks: Int
  /// For 0, 1, ... inner steps.
  public var rows: [Row]

  /// A mean over tasks and half the width of its 95 % confidence interval.
  public struct Row: Equatable, Sendable {
    public var mean: Double
    public var halfWidth: Double
    public init(mean: Double, halfWidth: Double) { (self.mean, self.halfWidth) = (mean, halfWidth) }
  }

  public init(measure: String, tasks: Int, rows: [Row]) {
    (self.measure, self.tasks, self.rows) = (measure, tasks, rows)
  }

  /// Three columns under a heading, ending in a line break.
  public var text: String {
    let heading = "\(measure) over \(grouped(tasks)) tasks"
    let cells =
      [["inner steps", "mean", "± 95 % CI"]]
      + rows.enumerated().map { step, row in
        ["\(step)"] + row.cells
      }
    let widths = (0..<3).map { column in cells.map { $0[column].count }.max() ?? 0 }
    let lines = cells.map { row in
      zip(row, widths).map { cell, width in
        String(repeating: " ", count: width - cell.count) + cell
      }.joined(separator: "  ")
    }
    return ([heading, ""] + lines).map { $0 + "\n" }.joined()
  }

  /// JSON with keys in a fixed order and all digits, ending in a line break.
  public var json: String {
    let steps = rows.enumerated().map { step, row in
      "    {\"inner_steps\": \(step), \"mean\": \(number(row.mean)),"
        + " \"ci95\": \(number(row.halfWidth))}"
    }
    return """
      {
        "measure": \(jsonString(measure)),
        "tasks": \(tasks),
        "results": [
      \(steps.joined(separator: ",\n"))
        ]
      }

      """
  }
}

extension EvaluationTable.Row {
  /// A single task that diverged takes the mean with it.
  fileprivate var cells: [String] {
    guard mean.isFinite, halfWidth.isFinite else { return ["diverged", ""] }
    return [fixed(mean, places: 4), fixed(halfWidth, places: 4)]
  }
}
