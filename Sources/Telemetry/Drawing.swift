/// Where an element of a drawing stands, in pixels.
func place(_ x: Double, _ y: Double) -> [(String, String)] {
  [("x", fixed(x, places: 1)), ("y", fixed(y, places: 1))]
}

/// Moves a group of elements.
func shift(_ x: Double, _ y: Double) -> (String, String) {
  ("transform", "translate(\(fixed(x, places: 1)) \(fixed(y, places: 1)))")
}

func text(_ text: String, _ x: Double, _ y: Double, _ style: String) -> XMLElement {
  XMLElement("text", place(x, y) + [("class", style)], text: text)
}

func whole(_ value: Double) -> String { fixed(value, places: 0) }
