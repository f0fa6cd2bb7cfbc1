/// What the looks of lines and marks mean. It takes as many rows as it needs.
struct PictureLegend {
  var labels: [String]
  /// Of the whole picture.
  var width: Double

  var height: Double { Double((places.last?.row ?? 0) + 1) * Self.rowHeight }

  var elements: [XMLElement] {
    let curves = ["truth"] + labels.indices.map { PictureStyle.look($0) }
    let samples = curves.map { look in { (x: Double, y: Double) in line(look, x, y) } }
    return zip(samples + [{ x, y in PanelDrawing.mark(x + 13, y) }], zip(places, words)).flatMap {
      sample, entry in
      let (place, word) = entry
      let y = Double(place.row) * Self.rowHeight
      return [sample(place.x, y), text(word, place.x + Self.sampleWidth, y + 4, "key")]
    }
  }

  private static let rowHeight = 20.0
  private static let sampleWidth = 34.0

  private var words: [String] { ["truth"] + labels + ["support points"] }

  /// From left to right, then from the next row on.
  private var places: [(x: Double, row: Int)] {
    var (x, row) = (0.0, 0)
    return words.map { word in
      // Roughly, since the reader's font is not known.
      let wordWidth = Self.sampleWidth + Double(word.count) * 6.8
      if x > 0, x + wordWidth > width - 56 { (x, row) = (0, row + 1) }
      defer { x += wordWidth + 24 }
      return (x, row)
    }
  }

  private func line(_ look: String, _ x: Double, _ y: Double) -> XMLElement {
    let path = "M\(fixed(x + 3, places: 1)) \(fixed(y, places: 1))h22"
    return XMLElement("path", [("class", "curve \(look)"), ("d", path)], [])
  }
}
