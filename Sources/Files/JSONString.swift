/// `text` as a string in JSON. Only what must be escaped is.
public func jsonString(_ text: String) -> String {
  let escaped = text.unicodeScalars.map { scalar in
    switch scalar {
    case "\"": "\\\""
    case "\\": "\\\\"
    case "\0"..<" ":
      "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
    case let scalar: String(scalar)
    }
  }
  return "\"\(escaped.joined())\""
}
