/// How far a run has come.
public struct Progress: Equatable, Sendable {
  public var step: Int
  public var steps: Int
  public var tasksPerSecond: Double
  /// As in the last ``MetricsRecord``; `nil` before there was one.
  public var losses: Losses?
  /// Of the last validation; `nil` if there was none, or none with labels.
  public var accuracy: Double?
  public var workers: Int
  /// `nil` while it cannot be told.
  public var timeLeft: Duration?

  public struct Losses: Equatable, Sendable {
    /// Of the support set, before adaptation.
    public var before: Float
    /// Of the query set, after adaptation.
    public var after: Float
    public init(before: Float, after: Float) { (self.before, self.after) = (before, after) }
  }

  public init(
    step: Int, steps: Int, tasksPerSecond: Double, losses: Losses?, accuracy: Double? = nil,
    workers: Int, timeLeft: Duration?
  ) {
    precondition(0 <= step && step <= steps, "step \(step) is none of \(steps)")
    (self.step, self.steps, self.tasksPerSecond) = (step, steps, tasksPerSecond)
    (self.losses, self.accuracy) = (losses, accuracy)
    (self.workers, self.timeLeft) = (workers, timeLeft)
  }

  public enum Style: Sendable { case plain, colored }

  /// One line of at most `width` columns. What matters least is left out first, and the bar takes
  /// what room remains.
  public func line(width: Int, style: Style) -> String {
    var parts = self.parts
    while parts.count > 1, columns(parts) > width { parts.remove(at: leastImportant(parts)) }
    let bar = self.bar(width: min(width - columns(parts) - 2, 30))
    let text = bar.isEmpty ? "" : paint(bar, .cyan, style) + "  "
    let line = parts.map { paint($0.text, $0.color, style) }.joined(separator: "  ")
    return columns(parts) > width ? String(parts[0].text.prefix(max(0, width))) : text + line
  }
}

// MARK: - Parts of the line

private struct Part {
  var text: String
  /// Those with the highest rank go first when the line is too narrow.
  var rank: Int
  var color: Color
}

private enum Color: String {
  case normal = ""
  case bold = "\u{1B}[1m"
  case cyan = "\u{1B}[36m"
  case dim = "\u{1B}[2m"
}

extension Progress {
  private var parts: [Part] {
    var parts = [
      Part(text: "\(grouped(step))/\(grouped(steps))", rank: 0, color: .bold),
      Part(text: "\(percent) %", rank: 1, color: .normal),
    ]
    if let losses {
      let text = "loss \(short(losses.before)) → \(short(losses.after))"
      parts.append(Part(text: text, rank: 2, color: .bold))
    }
    if let accuracy {
      parts.append(
        Part(text: "\(fixed(100 * accuracy, places: 2)) % right", rank: 2, color: .bold))
    }
    parts.append(
      Part(text: "\(rate(tasksPerSecond)) tasks/s", rank: 3, color: .normal))
    parts.append(Part(text: workers == 1 ? "1 worker" : "\(workers) workers", rank: 5, color: .dim))
    if let timeLeft { parts.append(Part(text: "\(short(timeLeft)) left", rank: 4, color: .dim)) }
    return parts
  }

  /// Rounded down, so that 100 % is the end and nothing before.
  private var percent: Int { steps == 0 ? 100 : step * 100 / steps }

  private func leastImportant(_ parts: [Part]) -> Int {
    parts.indices.max { parts[$0].rank < parts[$1].rank } ?? 0
  }

  private func columns(_ parts: [Part]) -> Int {
    parts.reduce(0) { $0 + $1.text.count } + 2 * (parts.count - 1)
  }

  /// Filled in eighths of a column; empty below ten columns, where it would say little.
  private func bar(width: Int) -> String {
    guard width >= 10 else { return "" }
    let eighths = steps == 0 ? width * 8 : step * width * 8 / steps
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    let filled = String(repeating: "█", count: eighths / 8) + partial
    return filled + String(repeating: "·", count: width - filled.count)
  }

  private func paint(_ text: String, _ color: Color, _ style: Style) -> String {
    style == .plain || color == .normal ? text : "\(color.rawValue)\(text)\u{1B}[0m"
  }
}
