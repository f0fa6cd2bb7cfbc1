import Foundation

/// Asks a coordinator's page for the status, as `GET /status.json` of HTTP.
///
/// A page answers at once and closes; who does not is given up, and so is who says too much.
struct StatusRequest {
  private let address: String
  private let host: String
  private let port: String

  private static let patience = 5
  private static let mostBytes = 64 << 20

  /// - Parameter address: `http://HOST:PORT`, perhaps with a path.
  init(_ address: String) throws(Complaint) {
    guard let parts = URLComponents(string: address), parts.scheme == "http",
      let host = parts.host, !host.isEmpty
    else {
      throw Complaint("\(address): a page's address is http://HOST:PORT", .usage)
    }
    self.address = address
    self.host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    port = parts.port.map { "\($0)" } ?? "80"
  }

  func answer() throws(Complaint) -> Data {
    let descriptor = try connected()
    defer { close(descriptor) }
    let request = "GET /status.json HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
    let bytes = Array(request.utf8)
    guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
      throw silent
    }
    return try body(of: received(descriptor))
  }

  private func connected() throws(Complaint) -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, port, &hints, &list) == 0 else {
      throw Complaint("\(address): there is no such host", .unavailable)
    }
    defer { freeaddrinfo(list) }
    var entry = list
    while let place = entry?.pointee {
      if let descriptor = connected(to: place) { return descriptor }
      entry = place.ai_next
    }
    throw Complaint("\(address): nobody answers there", .unavailable)
  }

  private func connected(to place: addrinfo) -> Int32? {
    let descriptor = socket(place.ai_family, place.ai_socktype, place.ai_protocol)
    guard descriptor >= 0 else { return nil }
    var patience = timeval(tv_sec: Self.patience, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(
        descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
    }
    if connect(descriptor, place.ai_addr, place.ai_addrlen) == 0 { return descriptor }
    close(descriptor)
    return nil
  }

  private func received(_ descriptor: Int32) throws(Complaint) -> Data {
    var answer = Data()
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    let deadline = ContinuousClock.now + .seconds(Self.patience)
    while answer.count < Self.mostBytes, ContinuousClock.now < deadline {
      let count = recv(descriptor, &chunk, chunk.count, 0)
      guard count >= 0 else { throw silent }
      if count == 0 { return answer }
      answer.append(contentsOf: chunk[..<count])
    }
    throw silent
  }

  private func body(of answer: Data) throws(Complaint) -> Data {
    guard answer.starts(with: Data("HTTP/1.".utf8)),
      let end = answer.range(of: Data("\r\n\r\n".utf8)),
      answer.dropFirst(9).starts(with: Data("200".utf8))
    else { throw Complaint("\(address): no coordinator's page answers there", .unavailable) }
    return answer[end.upperBound...]
  }

  private var silent: Complaint {
    Complaint("\(address): there is no whole answer within \(Self.patience) s", .unavailable)
  }
}
