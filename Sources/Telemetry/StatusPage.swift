/// A status as a page for browsers.
///
/// All that peers say of themselves is escaped. The page's script asks for it anew once a second and
/// replaces the sections that changed; without scripts, the browser does every five seconds.
public struct StatusPage: Sendable {
  let status: ClusterStatus

  public init(_ status: ClusterStatus) { self.status = status }

  public var html: String {
    "<!DOCTYPE html>\n"
      + XMLElement("html", [("lang", "en")], [head, XMLElement("body", [], [main])]).written()
  }

  private var head: XMLElement {
    let title = "\(status.phase.words) · \(status.run.folder)"
    return XMLElement(
      "head", [],
      [
        XMLElement("title", [], text: title),
        XMLElement("meta", [("charset", "utf-8")], []),
        XMLElement(
          "meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")], []),
        XMLElement("meta", [("name", "color-scheme"), ("content", "light dark")], []),
        XMLElement("link", [("rel", "stylesheet"), ("href", "page.css")], []),
        XMLElement("script", [("src", "page.js"), ("defer", "")], text: ""),
        XMLElement(
          "noscript", [],
          [XMLElement("meta", [("http-equiv", "refresh"), ("content", "5")], [])]),
      ])
  }

  private var main: XMLElement {
    XMLElement(
      "main", [],
      [
        section("top", top), section("figures", figures), section("waiting", waiting),
        section("charts", charts.map { XMLElement("figure", [], [$0.element]) }),
        section("workers", workers), section("events", events),
        XMLElement(
          "p", [("id", "gone"), ("hidden", ""), ("role", "alert")],
          text: "The coordinator does not answer. This is what was known last."),
      ])
  }

  private func section(_ name: String, _ elements: [XMLElement]) -> XMLElement {
    XMLElement("section", [("id", name)], elements)
  }

  private func element(_ name: String, _ style: String, _ text: String) -> XMLElement {
    XMLElement(name, [("class", style)], text: text)
  }
}

// MARK: - Above

extension StatusPage {
  private var top: [XMLElement] {
    [
      XMLElement("h1", [], text: status.run.folder),
      element("span", "phase \(status.phase.rawValue)", status.phase.words),
      element(
        "span", "plan",
        "plan \(status.run.plan) · coordinator \(status.run.epoch) · workers at "
          + status.run.address),
    ]
  }

  private var figures: [XMLElement] {
    let measured = status.measured
    let done = status.steps == 0 ? 1 : Double(status.step) / Double(status.steps)
    let left = status.secondsLeft.map { "\(short(Duration.seconds($0))) left" } ?? ""
    let progress = XMLElement(
      "progress", [("max", "1"), ("value", fixed(done, places: 4)), ("aria-label", "steps made")],
      text: "")
    let threads = status.workers.reduce(0) { $0 + $1.threads }
    return [
      figure(grouped(status.step), "of \(grouped(status.steps)) steps", left, progress),
      figure(
        measured.lossAfter.map { short(Float($0)) } ?? "–", "loss after adaptation",
        measured.lossBefore.map { "\(short(Float($0))) before it" } ?? ""),
      accuracy,
      figure(
        rate(status.tasksPerSecond), "tasks a second",
        "\(grouped(status.counts.tasks)) in \(short(Duration.seconds(status.seconds)))"),
      figure(
        grouped(status.workers.count), status.workers.count == 1 ? "worker" : "workers",
        "\(grouped(threads)) \(threads == 1 ? "thread" : "threads")"),
    ]
  }

  private var accuracy: XMLElement {
    let measured = status.measured
    let best = measured.bestStep.map { "best: step \(grouped($0))" } ?? ""
    guard let accuracy = measured.accuracy else {
      return figure(
        measured.loss.map { short(Float($0)) } ?? "–", "validation loss", best)
    }
    let interval = measured.accuracyInterval.map { "± \(fixed(100 * $0, places: 2)) %" } ?? ""
    let note = [interval, best].filter { !$0.isEmpty }.joined(separator: ", ")
    return figure("\(fixed(100 * accuracy, places: 2)) %", "validation accuracy", note)
  }

  private func figure(
    _ value: String, _ label: String, _ note: String, _ more: XMLElement? = nil
  ) -> XMLElement {
    XMLElement(
      "div", [("class", "figure")],
      [element("strong", "value", value), element("span", "label", label)]
        + (more.map { [$0] } ?? []) + [element("span", "note", note)])
  }

  private var waiting: [XMLElement] {
    let waits = status.waitingFor.isEmpty ? "" : "Waits for \(status.waitingFor)."
    let refused = status.refusals.isEmpty ? "" : "Refused: \(status.refusals)."
    return [element("p", "waits", waits), element("p", "refused", refused)]
  }
}
