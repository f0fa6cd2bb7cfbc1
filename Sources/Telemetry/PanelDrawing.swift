/// One panel: its title, its axes, and the curves of its task.
struct PanelDrawing {
  var panel: AdaptationPicture.Panel
  /// Tells its clipping path from those of other panels.
  var index: Int
  /// Of all curves of the picture; a label's place decides how its curves look.
  var labels: [String]
  /// The inputs that are shown.
  var reach: ClosedRange<Double>

  static let width = 316.0
  static let height = 250.0
  private static let plot = (left: 36.0, top: 22.0, right: width, bottom: height - 22)

  var elements: [XMLElement] {
    [clip] + head + grid + [XMLElement("g", [("clip-path", "url(#\(clipName))")], curves)]
      + panel.support.compactMap(mark)
  }

  private var across: Axis {
    Axis(domain: reach, start: Self.plot.left, end: Self.plot.right)
  }

  /// Predictions count as far as one height of the truth above and below it.
  private var upward: Axis {
    let shown = ClosedRange(around: (panel.truth + panel.support).map(\.y), room: 0.08)
    let span = shown.upperBound - shown.lowerBound
    let allowed = (shown.lowerBound - span)...(shown.upperBound + span)
    let guesses = panel.predictions.flatMap(\.points).map(\.y).filter(\.isDrawable)
    let values = guesses.map { min(max($0, allowed.lowerBound), allowed.upperBound) }
    let domain = ClosedRange(
      around: values + [shown.lowerBound, shown.upperBound], room: 0.02)
    return Axis(domain: domain, start: Self.plot.bottom, end: Self.plot.top)
  }
}

// MARK: - Around the curves

extension PanelDrawing {
  private var clipName: String { "plot\(index)" }

  private var clip: XMLElement {
    let plot = Self.plot
    let size = [
      ("width", fixed(plot.right - plot.left, places: 1)),
      ("height", fixed(plot.bottom - plot.top, places: 1)),
    ]
    let area = XMLElement("rect", place(plot.left, plot.top) + size, [])
    return XMLElement("clipPath", [("id", clipName)], [area])
  }

  private var head: [XMLElement] {
    [
      text(panel.title, Self.plot.left, 8, "panel"),
      text(panel.note, Self.plot.right, 8, "note"),
    ]
  }

  private var grid: [XMLElement] {
    let plot = Self.plot
    let (across, upward) = (across, upward)
    let rows = upward.ticks(6).flatMap { tick in
      let y = upward.position(tick.value)
      return [
        line(tick.value == 0 ? "zero" : "grid", plot.left, y, "h", plot.right - plot.left),
        text(tick.label, plot.left - 7, y + 3.5, "tick up"),
      ]
    }
    let columns = across.ticks(6).flatMap { tick in
      let x = across.position(tick.value)
      return [
        line("axis", x, plot.bottom, "v", 4), text(tick.label, x, plot.bottom + 17, "tick across"),
      ]
    }
    return rows + [line("axis", plot.left, plot.bottom, "h", plot.right - plot.left)] + columns
  }

  private func line(
    _ style: String, _ x: Double, _ y: Double, _ direction: String, _ length: Double
  ) -> XMLElement {
    let (x, y) = (fixed(x, places: 1), fixed(y, places: 1))
    let path = "M\(x) \(y)\(direction)\(fixed(length, places: 1))"
    return XMLElement("path", [("class", style), ("d", path)], [])
  }
}

// MARK: - The curves

extension PanelDrawing {
  /// The truth lies undermost, and the last prediction on top.
  private var curves: [XMLElement] {
    [curve(panel.truth, "truth")]
      + panel.predictions.map { prediction in
        let label = labels.firstIndex(of: prediction.label) ?? 0
        return curve(prediction.points, PictureStyle.look(label))
      }
  }

  private func curve(_ points: [AdaptationPicture.Point], _ style: String) -> XMLElement {
    let (across, upward) = (across, upward)
    var path = ""
    var isDrawing = false
    for point in points {
      defer { isDrawing = point.isDrawable }
      guard point.isDrawable else { continue }
      let (x, y) = (across.position(point.x), Self.bounded(upward.position(point.y)))
      path += "\(isDrawing ? "L" : "M")\(fixed(x, places: 1)) \(fixed(y, places: 1))"
    }
    return XMLElement("path", [("class", "curve \(style)"), ("d", path)], [])
  }

  /// Far outside of the plot is far enough: some viewers stumble over huge coordinates.
  private static func bounded(_ y: Double) -> Double { min(max(y, -10 * height), 11 * height) }

  private func mark(_ point: AdaptationPicture.Point) -> XMLElement? {
    guard point.isDrawable else { return nil }
    return Self.mark(across.position(point.x), upward.position(point.y))
  }

  /// A support point.
  static func mark(_ x: Double, _ y: Double) -> XMLElement {
    let place = [("cx", fixed(x, places: 1)), ("cy", fixed(y, places: 1)), ("r", "4.2")]
    return XMLElement("circle", [("class", "mark")] + place, [])
  }
}

extension AdaptationPicture.Point {
  fileprivate var isDrawable: Bool { x.isDrawable && y.isDrawable }
}
