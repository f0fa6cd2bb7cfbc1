import Foundation

/// A browser's connection: a request that is read, an answer that is written, and the end.
struct PageConnection {
  let number: Int32
  /// When it is cut off, however far it is.
  let deadline: ContinuousClock.Instant
  private var phase = Phase.reading([])

  private enum Phase {
    case reading([UInt8])
    /// What is still to be written.
    case writing(ArraySlice<UInt8>)
    /// All is said. To close at once could take the answer from a browser that still sends.
    case draining
  }

  /// What a browser has said when it is time to answer.
  enum Heard {
    case request(PageRequest)
    case noRequest
    /// More than a request's head may have.
    case tooMuch
  }

  /// The most bytes that are taken at a time.
  private static let chunk = 4096

  init(_ number: Int32, until deadline: ContinuousClock.Instant) {
    (self.number, self.deadline) = (number, deadline)
  }

  /// What `poll` is to wait for.
  var events: Int16 {
    if case .writing = phase { Int16(POLLOUT) } else { Int16(POLLIN) }
  }

  /// Does what can be done without waiting; `false` when the connection is over.
  mutating func proceed(_ answer: (Heard) -> [UInt8]) -> Bool {
    switch phase {
    case .reading(let head):
      guard let bytes = received() else { return false }
      take(head + bytes, answer)
      return true
    case .writing(let rest): return write(rest)
    case .draining: return received() != nil
    }
  }

  private mutating func take(_ head: [UInt8], _ answer: (Heard) -> [UInt8]) {
    if let end = PageRequest.end(in: head) {
      let request = PageRequest(head: head[..<end])
      phase = .writing(answer(request.map { .request($0) } ?? .noRequest)[...])
    } else {
      phase =
        head.count > PageRequest.mostBytes ? .writing(answer(.tooMuch)[...]) : .reading(head)
    }
  }

  private mutating func write(_ rest: ArraySlice<UInt8>) -> Bool {
    let count = rest.withUnsafeBytes { send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    guard count >= 0 else { return isPatient }
    phase = .writing(rest.dropFirst(count))
    if count == rest.count {
      shutdown(number, Int32(SHUT_WR))
      phase = .draining
    }
    return true
  }

  /// Some bytes, perhaps none yet; `nil` at the end.
  private func received() -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: Self.chunk)
    let count = recv(number, &bytes, bytes.count, 0)
    guard count != 0 else { return nil }
    return count > 0 ? Array(bytes[..<count]) : isPatient ? [] : nil
  }

  /// Whether the last call failed only because there is nothing to do yet.
  private var isPatient: Bool { errno == EAGAIN || errno == EINTR }
}
