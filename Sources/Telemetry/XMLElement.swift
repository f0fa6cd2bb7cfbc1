/// A piece of a drawing, or of any XML. What it holds comes out escaped.
struct XMLElement {
  var name: String
  /// In the order in which they are written.
  var attributes: [(String, String)]
  var contents: Contents

  enum Contents {
    case text(String)
    case elements([XMLElement])
  }

  init(_ name: String, _ attributes: [(String, String)], _ elements: [XMLElement]) {
    (self.name, self.attributes, contents) = (name, attributes, .elements(elements))
  }

  init(_ name: String, _ attributes: [(String, String)], text: String) {
    (self.name, self.attributes, contents) = (name, attributes, .text(text))
  }

  /// On lines of their own, but for text, in which line breaks would show.
  func written(indent: String = "") -> String {
    let start = "\(indent)<\(name)" + attributes.map { " \($0)=\"\(escaped($1))\"" }.joined()
    switch contents {
    case .text(let text): return "\(start)>\(escaped(text))</\(name)>\n"
    case .elements(let elements) where elements.isEmpty: return "\(start)/>\n"
    case .elements(let elements):
      let inner = elements.map { $0.written(indent: indent + "  ") }.joined()
      return "\(start)>\n\(inner)\(indent)</\(name)>\n"
    }
  }
}

/// Fit for text and for attributes between double quotes. Control characters, which XML 1.0 cannot
/// hold at all, become the character for what cannot be shown.
private func escaped(_ text: String) -> String {
  text.unicodeScalars.map { scalar in
    switch scalar {
    case "&": "&amp;"
    case "<": "&lt;"
    case ">": "&gt;"
    case "\"": "&quot;"
    case "\n", "\t": String(scalar)
    case "\0"..<" ", "\u{FFFE}", "\u{FFFF}": "\u{FFFD}"
    case let scalar: String(scalar)
    }
  }.joined()
}
