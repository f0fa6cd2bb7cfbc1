/// A status in the text format that Prometheus reads.
public struct StatusExposition: Sendable {
  private let status: ClusterStatus

  public init(_ status: ClusterStatus) { self.status = status }

  public static let type = "text/plain; version=0.0.4; charset=utf-8"

  public var text: String { families.map(\.text).joined() }

  private enum Kind: String { case counter, gauge }

  /// The samples of one name.
  private struct Family {
    var name: String
    var kind: Kind
    var help: String
    var samples: [(labels: [(String, String)], value: Double)]

    /// Nothing if there is nothing to tell.
    var text: String {
      guard !samples.isEmpty else { return "" }
      let name = "outerloop_\(name)"
      let lines = samples.map { labels, value in
        let inner = labels.map { "\($0)=\"\(escaped($1))\"" }.joined(separator: ",")
        return "\(name)\(inner.isEmpty ? "" : "{\(inner)}") \(value)\n"
      }
      return "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n" + lines.joined()
    }
  }

  private static func one(
    _ name: String, _ kind: Kind, _ help: String, _ value: Double?
  ) -> Family {
    Family(name: name, kind: kind, help: help, samples: value.map { [([], $0)] } ?? [])
  }

  private static func gauge(_ name: String, _ help: String, _ value: Double?) -> Family {
    one(name, .gauge, help, value)
  }

  private static func counter(_ name: String, _ help: String, _ value: Int) -> Family {
    one(name + "_total", .counter, help, Double(value))
  }
}

// MARK: - What is told

extension StatusExposition {
  private var families: [Family] { [identity, phases] + progress + counters + workers }

  private var identity: Family {
    let run = status.run
    let labels = [
      ("run", run.folder), ("plan", run.plan), ("epoch", "\(run.epoch)"), ("address", run.address),
    ]
    return Family(
      name: "run_info", kind: .gauge, help: "What run this is; always 1.", samples: [(labels, 1)])
  }

  private var phases: Family {
    Family(
      name: "phase", kind: .gauge, help: "1 for what the run is at, 0 for all else.",
      samples: ClusterStatus.Phase.allCases.map {
        ([("phase", $0.rawValue)], $0 == status.phase ? 1 : 0)
      })
  }

  private var progress: [Family] {
    let measured = status.measured
    return [
      Self.gauge("step", "Outer updates made.", Double(status.step)),
      Self.gauge("steps", "Outer updates that make a run.", Double(status.steps)),
      Self.gauge("uptime_seconds", "Since this coordinator began.", status.seconds),
      Self.gauge("tasks_per_second", "Tasks answered a second, of late.", status.tasksPerSecond),
      Self.gauge("loss_before", "Mean support loss before adaptation.", measured.lossBefore),
      Self.gauge("loss_after", "Mean query loss after adaptation.", measured.lossAfter),
      Self.gauge("measured_loss", "Mean query loss of the last validation.", measured.loss),
      Self.gauge("accuracy_ratio", "Mean accuracy of the last validation.", measured.accuracy),
      Self.gauge("workers", "Workers that are there.", Double(status.workers.count)),
    ]
  }

  private var counters: [Family] {
    let counts = status.counts
    return [
      Self.counter("tasks", "Tasks answered.", counts.tasks),
      Self.counter("sums", "Sums of tasks taken in.", counts.sums),
      Self.counter("sums_dropped", "Sums that came too late or twice.", counts.dropped),
      Self.counter("sums_not_finite", "Answers that were not finite.", counts.notFinite),
      Self.counter("leases_repeated", "Leases that were lent again.", counts.repeated),
      Self.counter("leases_audited", "Ranges given to two workers.", counts.audited),
      Self.counter("workers_joined", "Workers that came.", counts.joined),
      Self.counter("workers_left", "Workers that said goodbye.", counts.left),
      Self.counter("workers_lost", "Workers that died or fell silent.", counts.lost),
      Self.counter("workers_struck_off", "Workers that computed wrongly.", counts.struckOff),
      Self.counter("messages_undelivered", "Messages that found no way.", counts.undelivered),
      Family(
        name: "refused_total", kind: .counter, help: "What peers sent that was refused.",
        samples: status.refused.map { ([("kind", $0.kind)], Double($0.count)) }),
    ]
  }

  private var workers: [Family] {
    [
      worker("threads", .gauge, "Ranges that a worker computes at once.") { Double($0.threads) },
      worker("leases", .gauge, "Leases that a worker holds.") { Double($0.leases) },
      worker("silence_seconds", .gauge, "Since a worker's last sign of life.") { $0.silence },
      worker("tasks_per_second", .gauge, "Tasks a worker answers, of late.") { $0.tasksPerSecond },
      worker("tasks_total", .counter, "Tasks that a worker answered.") { Double($0.tasks) },
      worker("failures_total", .counter, "What a worker sent that was of no use.") {
        Double($0.failures)
      },
    ]
  }

  /// The name alone could be that of several.
  private func worker(
    _ name: String, _ kind: Kind, _ help: String, _ value: (ClusterStatus.Worker) -> Double
  ) -> Family {
    Family(
      name: "worker_\(name)", kind: kind, help: help,
      samples: status.workers.map {
        ([("worker", $0.id), ("name", $0.name), ("host", $0.host)], value($0))
      })
  }
}

/// Fit for a label between quotes.
private func escaped(_ text: String) -> String {
  text.unicodeScalars.map { scalar in
    switch scalar {
    case "\\": "\\\\"
    case "\"": "\\\""
    case "\n": "\\n"
    case let scalar: String(scalar)
    }
  }.joined()
}
