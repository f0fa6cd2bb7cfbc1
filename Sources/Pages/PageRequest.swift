/// The head of a request of HTTP, as far as it matters here.
struct PageRequest: Equatable {
  var method: String
  /// Without what follows a question mark.
  var path: String
  /// Whom the request is for, without the port; `nil` if it does not say.
  var host: String?

  /// The longest head that is read.
  static let mostBytes = 8192

  /// Where a head ends, if it does.
  static func end(in bytes: [UInt8]) -> Int? {
    let marks: [[UInt8]] = [[13, 10, 13, 10], [10, 10]]
    return bytes.indices.first { start in
      marks.contains { bytes[start...].starts(with: $0) }
    }
  }

  /// `nil` if this is no request.
  init?(head: ArraySlice<UInt8>) {
    guard head.allSatisfy({ (32..<127).contains($0) || [9, 10, 13].contains($0) }) else {
      return nil
    }
    let text = String(decoding: head, as: UTF8.self).replacing("\r\n", with: "\n")
    let lines = text.split(separator: "\n")
    let words = lines.first?.split(separator: " ", omittingEmptySubsequences: false) ?? []
    guard words.count == 3, words[1].hasPrefix("/"), words[2].hasPrefix("HTTP/1.") else {
      return nil
    }
    method = String(words[0])
    path = String(words[1].prefix { $0 != "?" })
    host = lines.dropFirst().lazy.compactMap(Self.host).first
  }

  private static func host(_ line: Substring) -> String? {
    let parts = line.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "host" else { return nil }
    let value = parts[1].filter { $0 != " " && $0 != "\t" }.lowercased()
    // Colons stand in brackets, but for the one before the port.
    if let bracket = value.lastIndex(of: "]") { return String(value[...bracket]) }
    return String(value.prefix { $0 != ":" })
  }
}
