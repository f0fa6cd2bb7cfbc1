import Episodes

extension ImageSet {
  /// What is in the file, for people.
  public var summary: String {
    let kind = shape.channels == 1 ? "grey" : "RGB"
    let lines = [
      "file        \(path), \(byteCount) bytes",
      "digest      \(digest)",
      "images      \(shape.width)x\(shape.height), \(kind)",
    ]
    return (lines + Split.allCases.map(line)).joined(separator: "\n")
  }

  private func line(_ split: Split) -> String {
    let own = header.classes[classes(of: split)]
    let counts = own.map(\.imageCount)
    let space = String(repeating: " ", count: 12 - split.rawValue.count)
    let each: String =
      switch (counts.min(), counts.max()) {
      case (let least?, let most?): ", \(least == most ? "" : "\(least) to ")\(most) each"
      default: ""
      }
    return "\(split)\(space)\(own.count) classes, \(counts.reduce(0, +)) images\(each)"
  }
}
