import Foundation

/// Where a page server listens: `HOST:PORT`, or a port of this machine alone.
public struct PageAddress: Equatable, Sendable {
  public var host: String
  public var port: UInt16

  public init(host: String, port: UInt16) { (self.host, self.port) = (host, port) }

  /// - Parameter text: `8080`, `localhost:8080`, `0.0.0.0:8080` or `[::1]:8080`; port 0 is any
  ///   that is free. `nil` for anything else.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":") else {
      guard let port = Self.port(text) else { return nil }
      self.init(host: "127.0.0.1", port: port)
      return
    }
    var host = String(text[..<colon])
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    if isBracketed { host = String(host.dropFirst().dropLast()) }
    guard let port = Self.port(text[text.index(after: colon)...]), !host.isEmpty,
      isBracketed == host.contains(":")
    else { return nil }
    self.init(host: host, port: port)
  }

  private static func port(_ text: some StringProtocol) -> UInt16? {
    text.allSatisfy(\.isASCII) && text.allSatisfy(\.isNumber) ? UInt16(text) : nil
  }

  /// Whether nobody else's machine can reach it.
  public var isLoopback: Bool {
    host == "localhost" || host == "::1" || host.hasPrefix("127.") && host.allSatisfy(Self.isOfIPv4)
  }

  private static func isOfIPv4(_ character: Character) -> Bool {
    character == "." || ("0"..."9").contains(character)
  }

  /// As a browser wants it.
  public var url: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)/" }
}

/// Why nothing can be served at an address.
public enum PageError: Error, Equatable, CustomStringConvertible {
  case noSuchHost(PageAddress)
  case cannotListen(PageAddress, errno: Int32)

  public var description: String {
    switch self {
    case .noSuchHost(let address): "\(address.url): there is no such host"
    case .cannotListen(let address, let code):
      "\(address.url): cannot listen there: \(String(cString: strerror(code)))"
    }
  }
}
