/// A status as text for a terminal: what there is to know of the run, its workers, what happened.
public struct StatusTable: Sendable {
  private let status: ClusterStatus
  /// How long ago it was so, if that is long.
  private let age: Duration?

  /// - Parameter age: how long ago the status was so; told where it is more than a moment.
  public init(_ status: ClusterStatus, age: Duration) {
    self.status = status
    self.age = age >= .seconds(5) && !status.phase.isOver ? age : nil
  }

  /// Ends in a line break.
  public var text: String {
    let parts = [head, workers, events].filter { !$0.isEmpty }
    return parts.map { $0.map { $0 + "\n" }.joined() }.joined(separator: "\n")
  }

  private var head: [String] {
    var lines = [
      ("run", "\(status.run.folder), plan \(status.run.plan), workers at \(status.run.address)"),
      ("phase", phase), ("step", step),
    ]
    if let loss { lines.append(("loss", loss)) }
    if let accuracy { lines.append(("accuracy", accuracy)) }
    lines.append(("speed", "\(rate(status.tasksPerSecond)) tasks/s"))
    if !status.waitingFor.isEmpty { lines.append(("waits for", status.waitingFor)) }
    if !status.refusals.isEmpty { lines.append(("refused", status.refusals)) }
    return lines.map { $0 + String(repeating: " ", count: 11 - $0.count) + inOneLine($1) }
  }

  private var phase: String {
    let began = short(Duration.seconds(status.seconds))
    let words = "\(status.phase.words), \(began) since this coordinator began"
    return words + (age.map { "; last seen \(short($0)) ago: the coordinator seems gone" } ?? "")
  }

  private var step: String {
    let left = status.secondsLeft.map { ", \(short(Duration.seconds($0))) left" } ?? ""
    return "\(grouped(status.step)) of \(grouped(status.steps))\(left)"
  }

  private var loss: String? {
    guard let before = status.measured.lossBefore, let after = status.measured.lossAfter else {
      return nil
    }
    return "\(short(Float(before))) before adaptation, \(short(Float(after))) after it"
  }

  private var accuracy: String? {
    guard let mean = status.measured.accuracy else { return nil }
    let width = status.measured.accuracyInterval.map { " ± \(fixed(100 * $0, places: 2))" } ?? ""
    let best = status.measured.bestStep.map { "; best after step \(grouped($0))" } ?? ""
    return "\(fixed(100 * mean, places: 2))\(width) %\(best)"
  }

  private var events: [String] {
    let ages = status.events.map { short(Duration.seconds(status.seconds - $0.seconds)) + " ago" }
    let width = ages.map(\.count).max() ?? 0
    return zip(ages, status.events).map { age, event in
      String(repeating: " ", count: width - age.count) + "\(age)  \(inOneLine(event.text))"
    }
  }
}

extension StatusTable {
  private var workers: [String] {
    guard !status.workers.isEmpty else { return [] }
    let header = ["threads", "tasks/s", "tasks", "last sign", "leases", "oldest", "failures"]
    let names = ["worker"] + status.workers.map { inOneLine($0.name) }
    let width = names.map(\.count).max() ?? 0
    let cells = aligned([header] + status.workers.map(cells))
    return zip(names, cells).map { name, cells in
      name + String(repeating: " ", count: width - name.count) + "  " + cells
    }
  }

  private func cells(_ worker: ClusterStatus.Worker) -> [String] {
    [
      grouped(worker.threads), rate(worker.tasksPerSecond), grouped(worker.tasks),
      short(Duration.seconds(worker.silence)), grouped(worker.leases),
      (worker.oldestLease.map { short(Duration.seconds($0)) } ?? "-")
        + (worker.isLate ? " late" : ""),
      grouped(worker.failures),
    ]
  }
}

extension ClusterStatus.Phase {
  var words: String {
    switch self {
    case .training: "training"
    case .validation: "validating"
    case .evaluation: "evaluating"
    case .ending: "finishing its step, to stop then"
    case .finished: "finished"
    case .paused: "stopped; can be resumed"
    case .failed: "failed"
    }
  }
}

/// What peers call themselves may hold commands to a terminal, where it comes from elsewhere.
private func inOneLine(_ text: String) -> String {
  String(
    String.UnicodeScalarView(
      text.unicodeScalars.map { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
        default: scalar
        }
      }))
}
