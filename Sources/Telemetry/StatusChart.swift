/// Curves on a page, as a drawing that fits any width and shows whichever of light and dark the page is in.
struct StatusChart {
  struct Series {
    var label: String
    var curve: StatusCurve
  }

  var title: String
  var series: [Series]
  /// What the numbers below are counted in.
  var unit: String
  /// Turns what curves hold into what is shown.
  var scale: (x: Double, y: Double) = (1, 1)
  /// Whether zero is shown, whatever there is.
  var hasZero = false
  /// What is said as long as there is nothing to draw.
  var emptiness: String

  private static let (width, height) = (370.0, 230.0)
  private static let plot = (left: 46.0, top: 38.0, right: 348.0, bottom: 188.0)

  var element: XMLElement {
    let size = "0 0 \(whole(Self.width)) \(whole(Self.height))"
    return XMLElement(
      "svg", [("viewBox", size), ("role", "img"), ("aria-label", title)],
      [text(title, 2, 14, "title")] + legend + (isEmpty ? [nothing] : grid + curves))
  }

  private var isEmpty: Bool { series.allSatisfy(\.curve.isEmpty) }

  private var nothing: XMLElement {
    text(
      emptiness, (Self.plot.left + Self.plot.right) / 2, (Self.plot.top + Self.plot.bottom) / 2,
      "across")
  }

  private func points(_ curve: StatusCurve) -> [(x: Double, y: Double)] {
    zip(curve.x, curve.y).map { ($0 * scale.x, $1 * scale.y) }
  }

  private var across: Axis {
    let last = series.compactMap(\.curve.x.last).max() ?? 1
    return Axis(
      domain: 0...max(last * scale.x, 1e-9), start: Self.plot.left, end: Self.plot.right)
  }

  private var upward: Axis {
    let values = series.flatMap(\.curve.y).map { $0 * scale.y } + (hasZero ? [0] : [])
    return Axis(
      domain: ClosedRange(around: values, room: 0.06), start: Self.plot.bottom, end: Self.plot.top)
  }
}

// MARK: - Its parts

extension StatusChart {
  /// In the right corner above, the last of the series at its end.
  private var legend: [XMLElement] {
    var end = Self.plot.right
    return series.indices.reversed().flatMap { index in
      // About as wide as letters are; what is left over is room between the two.
      let start = end - Double(series[index].label.count) * 6.2
      end = start - 34
      let dash = "M\(fixed(start - 22, places: 1)) 10h17"
      return [
        XMLElement("path", [("class", "curve s\(index)"), ("d", dash)], []),
        text(series[index].label, start, 14, "key"),
      ]
    }
  }

  private var grid: [XMLElement] {
    let (plot, across, upward) = (Self.plot, across, upward)
    let rows = upward.ticks(6).flatMap { tick in
      let y = fixed(upward.position(tick.value), places: 1)
      let line = "M\(fixed(plot.left, places: 1)) \(y)H\(fixed(plot.right, places: 1))"
      return [
        XMLElement("path", [("class", "grid"), ("d", line)], []),
        text(tick.label, plot.left - 7, upward.position(tick.value) + 4, "tick up"),
      ]
    }
    let columns = across.ticks(5).map { tick in
      text(tick.label, across.position(tick.value), plot.bottom + 17, "tick across")
    }
    let line =
      "M\(fixed(plot.left, places: 1)) \(fixed(plot.bottom, places: 1))"
      + "H\(fixed(plot.right, places: 1))"
    return rows + columns + [
      XMLElement("path", [("class", "axis"), ("d", line)], []),
      text(unit, plot.right, plot.bottom + 35, "tick up"),
    ]
  }

  private var curves: [XMLElement] {
    let (across, upward) = (across, upward)
    return series.indices.flatMap { index -> [XMLElement] in
      let places = points(series[index].curve).filter { $0.x.isDrawable && $0.y.isDrawable }.map {
        (fixed(across.position($0.x), places: 1), fixed(upward.position($0.y), places: 1))
      }
      let path = "M" + places.map { "\($0) \($1)" }.joined(separator: "L")
      let line = XMLElement("path", [("class", "curve s\(index)"), ("d", path)], [])
      guard let last = places.last else { return [] }
      let dot = [("class", "dot s\(index)"), ("cx", last.0), ("cy", last.1), ("r", "3")]
      return [line, XMLElement("circle", dot, [])]
    }
  }
}
