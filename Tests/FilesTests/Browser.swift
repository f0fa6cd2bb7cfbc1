import Foundation

/// A connection to a page server, for whatever is to be said over it.
struct Browser: ~Copyable {
  private let number: Int32

  init(port: UInt16) throws {
    number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isConnected = withUnsafeBytes(of: &address) { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { connect(number, $0.baseAddress, size) } == 0
    }
    guard isConnected else { throw POSIXError(POSIXError.Code(rawValue: errno) ?? .EIO) }
  }

  deinit { close(number) }

  /// Says it, as far as the server takes it.
  func say(_ text: String) {
    let bytes = Array(text.utf8)
    var start = 0
    while start < bytes.count {
      let count = bytes[start...].withUnsafeBytes {
        send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      start += count
    }
  }

  /// All that comes until the server closes.
  func answer() -> String {
    var answer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = recv(number, &chunk, chunk.count, 0)
      guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
      answer += chunk[..<count]
    }
  }

  /// What the server at `port` answers to these bytes.
  static func ask(_ text: String, port: UInt16) throws -> String {
    let browser = try Browser(port: port)
    browser.say(text)
    return browser.answer()
  }

  static func get(_ path: String, port: UInt16, host: String = "localhost") throws -> String {
    try ask("GET \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\n\r\n", port: port)
  }
}
