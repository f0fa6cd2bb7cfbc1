// MARK: - Charts

extension StatusPage {
  var charts: [StatusChart] { [losses, validation, throughput] }

  private var losses: StatusChart {
    StatusChart(
      title: "Loss",
      series: [
        .init(label: "before", curve: status.curves.lossBefore),
        .init(label: "after adaptation", curve: status.curves.lossAfter),
      ], unit: "steps", emptiness: "no step yet")
  }

  private var validation: StatusChart {
    guard status.curves.accuracy.isEmpty else {
      return StatusChart(
        title: "Accuracy, %",
        series: [.init(label: "validation", curve: status.curves.accuracy)],
        unit: "steps", scale: (1, 100), emptiness: "")
    }
    return StatusChart(
      title: "Validation loss",
      series: [.init(label: "validation", curve: status.curves.validationLoss)],
      unit: "steps", emptiness: "no validation yet")
  }

  private var throughput: StatusChart {
    let (unit, size) =
      status.seconds < 180
      ? ("seconds", 1.0) : status.seconds < 10_800 ? ("minutes", 60) : ("hours", 3600)
    return StatusChart(
      title: "Tasks a second",
      series: [.init(label: "answered", curve: status.curves.throughput)],
      unit: "\(unit) since this coordinator began", scale: (1 / size, 1), hasZero: true,
      emptiness: "nothing yet")
  }
}

// MARK: - Tables

extension StatusPage {
  var workers: [XMLElement] {
    let head = [
      "worker", "threads", "tasks/s", "tasks", "last sign", "leases", "oldest", "failures",
    ]
    let rows = status.workers.isEmpty ? [nobody] : status.workers.map(row)
    return [
      XMLElement("h2", [], text: "Workers"),
      XMLElement(
        "div", [("class", "scroll"), ("tabindex", "0"), ("id", "rows")],
        [
          XMLElement(
            "table", [],
            [
              XMLElement(
                "thead", [],
                [XMLElement("tr", [], head.map { XMLElement("th", [("scope", "col")], text: $0) })]),
              XMLElement("tbody", [], rows),
            ])
        ]),
    ]
  }

  private var nobody: XMLElement {
    let words = status.phase.isOver ? "none any more" : "none yet"
    return XMLElement("tr", [], [XMLElement("td", [("colspan", "8")], text: words)])
  }

  private func row(_ worker: ClusterStatus.Worker) -> XMLElement {
    let oldest = worker.oldestLease.map { short(Duration.seconds($0)) } ?? "–"
    let cells = [
      grouped(worker.threads), rate(worker.tasksPerSecond), grouped(worker.tasks),
      short(Duration.seconds(worker.silence)), grouped(worker.leases),
      oldest + (worker.isLate ? ", late" : ""), grouped(worker.failures),
    ]
    let name = worker.name + (worker.isRelay ? " (relay)" : "")
    let style = worker.isLate ? "late" : worker.failures > 0 ? "failing" : ""
    return XMLElement(
      "tr", [("class", style)],
      [XMLElement("th", [("scope", "row"), ("title", name)], text: name)]
        + cells.map { XMLElement("td", [], text: $0) })
  }

  var events: [XMLElement] {
    let items = status.events.reversed().map { event in
      XMLElement(
        "li", [],
        [
          XMLElement(
            "time", [], text: short(Duration.seconds(status.seconds - event.seconds)) + " ago"),
          XMLElement("span", [], text: event.text),
        ])
    }
    return [
      XMLElement("h2", [], text: "Events"),
      XMLElement("ol", [("tabindex", "0")], items),
    ]
  }
}
