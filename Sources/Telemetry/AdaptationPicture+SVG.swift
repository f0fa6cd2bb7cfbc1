extension AdaptationPicture {
  /// A whole SVG file, in the reader's choice of light or dark. It asks for nothing from elsewhere.
  ///
  /// Each panel has its own scale upwards, which its truth and points decide: a prediction that
  /// runs away is cut off rather than let flatten the rest. Numbers that are not finite leave gaps.
  public var svg: String {
    let legend = PictureLegend(labels: labels, width: width)
    let head = Self.legendTop + legend.height + 14
    let size = [("width", whole(width)), ("height", whole(head + panelsHeight))]
    let root = XMLElement(
      "svg",
      [("xmlns", "http://www.w3.org/2000/svg"), ("role", "img")] + size
        + [("viewBox", "0 0 \(size[0].1) \(size[1].1)")],
      [
        XMLElement("title", [], text: title), XMLElement("desc", [], text: caption),
        XMLElement("style", [], text: PictureStyle.sheet),
        XMLElement("rect", [("class", "paper")] + size, []),
        XMLElement("text", place(Self.margin, 42) + [("class", "headline")], text: title),
        XMLElement("text", place(Self.margin, 64) + [("class", "caption")], text: caption),
        XMLElement("g", [shift(Self.margin, Self.legendTop)], legend.elements),
      ] + panels.indices.map { panel($0, below: head) })
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root.written()
  }

  private static let margin = 28.0
  private static let gap = 24.0
  private static let legendTop = 92.0

  private func panel(_ index: Int, below head: Double) -> XMLElement {
    let column = Double(index % columns)
    let row = Double(index / columns)
    let x = Self.margin + column * (PanelDrawing.width + Self.gap)
    let y = head + row * (PanelDrawing.height + Self.gap)
    let drawing = PanelDrawing(panel: panels[index], index: index, labels: labels, reach: reach)
    return XMLElement("g", [shift(x, y)], drawing.elements)
  }

  /// Three, unless that left a row with one panel of four.
  private var columns: Int { panels.count == 4 ? 2 : min(panels.count, 3) }

  private var width: Double {
    2 * Self.margin + Double(columns) * (PanelDrawing.width + Self.gap) - Self.gap
  }

  private var panelsHeight: Double {
    let rows = (panels.count + columns - 1) / columns
    return Double(rows) * (PanelDrawing.height + Self.gap)
  }

  /// The labels of predictions, each once, in the order of their first panel.
  private var labels: [String] {
    panels.flatMap(\.predictions).reduce(into: []) { labels, curve in
      if !labels.contains(curve.label) { labels.append(curve.label) }
    }
  }

  /// The inputs that all panels show.
  private var reach: ClosedRange<Double> {
    ClosedRange(around: panels.flatMap { $0.truth + $0.support }.map(\.x), room: 0)
  }
}
