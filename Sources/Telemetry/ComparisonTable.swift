import Files

/// How runs compare on the same tasks, as text and as JSON.
public struct ComparisonTable: Equatable, Sendable {
  /// A mean, and half the widths of its 95 % confidence intervals.
  public struct Figure: Equatable, Sendable {
    public var mean: Double
    public var overTasks: Double
    /// `nil` where there is one seed.
    public var overSeeds: Double?

    public init(mean: Double, overTasks: Double, overSeeds: Double?) {
      (self.mean, self.overTasks, self.overSeeds) = (mean, overTasks, overSeeds)
    }
  }

  /// A way of learning after some inner steps.
  public struct Row: Equatable, Sendable {
    public var run: String
    public var steps: Int
    public var result: Figure
    /// To the first run; it has none to itself.
    public var difference: Figure?

    public init(_ run: String, steps: Int, result: Figure, difference: Figure?) {
      (self.run, self.steps, self.result) = (run, steps, result)
      self.difference = difference
    }
  }

  /// What was measured, such as `mean squared error`.
  public var measure: String
  /// Whether it is a share of one, and shown in percent.
  public var isShare: Bool
  public var tasks: Int
  public var seeds: Int
  /// In the order in which they are shown; the first is of the run that others are compared with.
  public var rows: [Row]

  public init(_ measure: String, isShare: Bool, tasks: Int, seeds: Int, rows: [Row]) {
    precondition(!rows.isEmpty, "something was measured")
    (self.measure, self.isShare, self.tasks, self.seeds) = (measure, isShare, tasks, seeds)
    self.rows = rows
  }

  /// Columns under a heading, ending in a line break.
  public var text: String {
    let intervals = seeds > 1 ? ["± tasks", "± seeds"] : ["± 95 % CI"]
    let header = ["inner steps", "mean"] + intervals + ["difference"] + intervals
    let lines = aligned(
      [header] + rows.map { ["\($0.steps)"] + cells($0.result) + cells($0.difference) })
    let names = ["run"] + rows.map(\.run)
    return heading + "\n\n" + zip(lines, names).map { "\($0)  \($1)\n" }.joined()
  }

  private var heading: String {
    let first = "\(measure) over \(grouped(tasks)) tasks"
    let many = seeds > 1 ? " and \(seeds) seeds, with 95 % intervals over either" : ""
    return "\(first)\(many); differences to \(rows[0].run), paired by task"
  }

  /// JSON with keys in a fixed order and all digits, ending in a line break.
  public var json: String {
    """
    {
      "measure": \(jsonString(measure)),
      "tasks": \(tasks),
      "seeds": \(seeds),
      "base": \(jsonString(rows[0].run)),
      "results": [
    \(rows.map { "    \(jsonObject($0.members))" }.joined(separator: ",\n"))
      ]
    }

    """
  }
}

extension ComparisonTable {
  /// A single task that diverged takes the mean with it.
  private func cells(_ figure: Figure?) -> [String] {
    let blank = [String](repeating: "", count: seeds > 1 ? 2 : 1)
    guard let figure else { return [""] + blank }
    guard figure.mean.isFinite, figure.overTasks.isFinite else { return ["diverged"] + blank }
    return ([figure.mean, figure.overTasks] + (figure.overSeeds.map { [$0] } ?? [])).map {
      isShare ? fixed(100 * $0, places: 2) + " %" : fixed($0, places: 4)
    }
  }
}

extension ComparisonTable.Row {
  fileprivate var members: [(key: String, value: String)] {
    [("run", jsonString(run)), ("inner_steps", "\(steps)")] + result.members(named: "mean", "ci95")
      + (difference?.members(named: "difference", "difference_ci95") ?? [])
  }
}

extension ComparisonTable.Figure {
  fileprivate func members(
    named mean: String, _ interval: String
  ) -> [(key: String, value: String)] {
    [(mean, number(self.mean)), (interval, number(overTasks))]
      + (overSeeds.map { [("\(interval)_seeds", number($0))] } ?? [])
  }
}
