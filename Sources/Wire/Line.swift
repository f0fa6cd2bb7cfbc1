extension Unicode.Scalar {
  /// Whether this neither ends a line nor commands a terminal.
  var staysInLine: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}

extension String {
  /// This text in one line of at most `byteCount` bytes, as far as it goes.
  func line(byteCount: Int) -> String {
    var line = String.UnicodeScalarView()
    var room = byteCount
    for scalar in unicodeScalars {
      let shown = scalar.staysInLine ? scalar : " "
      room -= shown.utf8.count
      if room < 0 { break }
      line.append(shown)
    }
    return String(line)
  }
}
