/// What a path answers with.
public struct Page: Equatable, Sendable {
  /// Such as `text/html; charset=utf-8`.
  public var type: String
  public var body: [UInt8]

  public init(_ type: String, _ body: [UInt8]) { (self.type, self.body) = (type, body) }
}

extension Page {
  /// The bytes of an answer of HTTP, after which the connection is closed.
  ///
  /// - Parameter hasBody: none follows the head where only that was asked for.
  func answer(_ status: Status, hasBody: Bool) -> [UInt8] {
    let lines =
      [
        "HTTP/1.1 \(status.rawValue) \(status.words)", "Content-Type: \(type)",
        "Content-Length: \(body.count)",
      ] + Self.headers + (status == .methodNotAllowed ? ["Allow: GET, HEAD"] : [])
    let head = lines.joined(separator: "\r\n") + "\r\n\r\n"
    return Array(head.utf8) + (hasBody ? body : [])
  }

  /// A page takes nothing from elsewhere, runs no script but its own files, and is shown in no frame.
  private static let headers = [
    "Connection: close", "Cache-Control: no-store", "X-Content-Type-Options: nosniff",
    "Referrer-Policy: no-referrer", "Cross-Origin-Resource-Policy: same-origin",
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self';"
      + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ]

  enum Status: Int {
    case found = 200
    case malformed = 400
    case missing = 404
    case methodNotAllowed = 405
    case misdirected = 421
    case tooLong = 431
    case notYet = 503

    var words: String {
      switch self {
      case .found: "OK"
      case .malformed: "Bad Request"
      case .missing: "Not Found"
      case .methodNotAllowed: "Method Not Allowed"
      case .misdirected: "Misdirected Request"
      case .tooLong: "Request Header Fields Too Large"
      case .notYet: "Service Unavailable"
      }
    }
  }

  /// One line for people.
  init(_ status: Status) {
    self.init("text/plain; charset=utf-8", Array((status.words + "\n").utf8))
  }
}
