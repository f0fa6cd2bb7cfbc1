extension PatternPicture {
  /// A whole SVG file, in the reader's choice of light or dark.
  public var svg: String {
    let size = [("width", whole(Self.width)), ("height", whole(Self.height))]
    let head = [
      XMLElement("title", [], text: title), XMLElement("desc", [], text: caption),
      XMLElement("style", [], text: PictureStyle.sheet + Self.sheet),
      XMLElement("rect", [("class", "paper")] + size, []),
      XMLElement("text", place(28, 42) + [("class", "headline")], text: title),
      XMLElement("text", place(28, 64) + [("class", "caption")], text: caption),
    ]
    let root = XMLElement(
      "svg",
      [("xmlns", "http://www.w3.org/2000/svg"), ("role", "img")] + size
        + [("viewBox", "0 0 \(size[0].1) \(size[1].1)")],
      head + grid + [limitLine, frontLine] + drawable.flatMap(mark))
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root.written()
  }

  private static let width = 760.0
  private static let height = 480.0
  private static let plot = (left: 76.0, top: 108.0, right: 724.0, bottom: 424.0)

  private static let sheet = """
    .error { stroke: #8c959f; stroke-width: 1; }
    .limit { stroke: #d1660a; stroke-width: 1.4; stroke-dasharray: 2 4.5; fill: none; }
    .front-line { stroke: #6cb0f5; stroke-width: 2; fill: none; }
    .other { fill: #8c959f; }
    .front { fill: #0550ae; }
    .chosen { fill: #d1660a; stroke: #1f2328; stroke-width: 1.5; }
    @media (prefers-color-scheme: dark) {
      .front { fill: #a5d6ff; }
      .chosen { fill: #f0883e; stroke: #f0f6fc; }
    }

    """

  private var drawable: [Point] { points.filter { $0.time.isDrawable && $0.value.isDrawable } }

  private var across: Axis {
    let longest = drawable.map(\.time).max() ?? 1
    return Axis(domain: 0...max(longest * 1.08, 1e-9), start: Self.plot.left, end: Self.plot.right)
  }

  private var upward: Axis {
    let values = drawable.flatMap { [$0.value - $0.halfWidth, $0.value + $0.halfWidth] } + [limit]
    return Axis(
      domain: ClosedRange(around: values, room: 0.06), start: Self.plot.bottom, end: Self.plot.top)
  }

  private func path(_ style: String, _ d: String) -> XMLElement {
    XMLElement("path", [("class", style), ("d", d)], [])
  }

  private func position(of point: Point) -> (x: Double, y: Double) {
    (across.position(point.time), upward.position(point.value))
  }
}

// MARK: - Around the points

extension PatternPicture {
  private var grid: [XMLElement] {
    let (plot, wide) = (Self.plot, fixed(Self.plot.right - Self.plot.left, places: 1))
    let rows = upward.ticks(6).flatMap { tick in
      let y = upward.position(tick.value)
      return [
        path("grid", "M\(fixed(plot.left, places: 1)) \(fixed(y, places: 1))h\(wide)"),
        text(tick.label, plot.left - 7, y + 3.5, "tick up"),
      ]
    }
    let columns = across.ticks(8).flatMap { tick in
      let x = across.position(tick.value)
      return [
        path("axis", "M\(fixed(x, places: 1)) \(fixed(plot.bottom, places: 1))v4"),
        text(tick.label, x, plot.bottom + 17, "tick across"),
      ]
    }
    let axis = path(
      "axis", "M\(fixed(plot.left, places: 1)) \(fixed(plot.bottom, places: 1))h\(wide)")
    return rows + [axis] + columns + [
      text(measure, plot.left - 48, plot.top - 16, "key"),
      text(
        "milliseconds to adapt to a task, on one core", (plot.left + plot.right) / 2,
        plot.bottom + 38, "across"),
    ]
  }

  private var limitLine: XMLElement {
    let y = fixed(upward.position(limit), places: 1)
    let wide = fixed(Self.plot.right - Self.plot.left, places: 1)
    return path("limit", "M\(fixed(Self.plot.left, places: 1)) \(y)h\(wide)")
  }

  private var frontLine: XMLElement {
    let corners = drawable.filter { $0.kind != .other }.sorted { $0.time < $1.time }.map(position)
    let steps = corners.enumerated().map { index, corner in
      let (x, y) = (fixed(corner.x, places: 1), fixed(corner.y, places: 1))
      return index == 0 ? "M\(x) \(y)" : "H\(x)V\(y)"
    }
    return path("front-line", steps.joined())
  }

  private func mark(_ point: Point) -> [XMLElement] {
    let (x, y) = position(of: point)
    let low = upward.position(point.value - point.halfWidth)
    let high = upward.position(point.value + point.halfWidth)
    let centre = [("cx", fixed(x, places: 1)), ("cy", fixed(y, places: 1))]
    let error = path(
      "error", "M\(fixed(x, places: 1)) \(fixed(low, places: 1))V\(fixed(high, places: 1))")
    let circle = XMLElement(
      "circle",
      [("class", point.kind.rawValue)] + centre + [("r", point.kind == .other ? "3" : "5")],
      [XMLElement("title", [], text: point.label)])
    guard point.kind != .other else { return [error, circle] }
    // Towards the middle, where there is room.
    let isRight = x > (Self.plot.left + Self.plot.right) / 2
    let label = text(point.label, x + (isRight ? -9 : 9), y - 7, isRight ? "key up" : "key")
    return [error, circle, label]
  }
}
