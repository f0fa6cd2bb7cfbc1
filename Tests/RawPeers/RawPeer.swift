import Glibc

public enum RawPeerError: Error {
  case noPort(String)
  /// A system call failed, with this error number.
  case call(String, Int32)
  /// The other side closed the connection before it was greeted.
  case hungUp
}

/// A TCP connection that says whatever a test wants, be it ZeroMQ's protocol or not.
public final class RawPeer {
  private let descriptor: Int32
  private var isClosed = false

  /// Connects to an address as a router's `bind` returns it.
  public init(_ address: String) throws(RawPeerError) {
    guard let port = address.split(separator: ":").last.flatMap({ UInt16($0) }) else {
      throw .noPort(address)
    }
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw .call("connect", errno) }
    var patience = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { if !isClosed { close(descriptor) } }

  /// What the other side no longer reads is lost, as it would be for any peer.
  public func say(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Ends the connection by a reset, as the system does for a process that dies with bytes unread.
  public func reset() {
    var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    close(descriptor)
    isClosed = true
  }

  /// True once the other side has closed the connection, whatever it said before.
  public func isHungUp() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count == 0 || count < 0 && errno == ECONNRESET { return true }
      if count < 0 { return false }
    }
  }
}

extension RawPeer {
  /// The beginning of ZMTP 3.1 by a client that wants to speak CURVE.
  public func greetAsCurve() {
    let signature: [UInt8] = [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F]
    let mechanism = Array("CURVE".utf8) + [UInt8](repeating: 0, count: 15)
    say(signature + [3, 1] + mechanism + [UInt8](repeating: 0, count: 32))
  }

  /// Says the same byte again and again, with pauses, until the other side has closed the connection.
  ///
  /// - Returns: whether that was so before so many bytes were said.
  public func drip(_ byte: UInt8, every pause: Duration, atMost count: Int) -> Bool {
    let hungUp: Int16 = 0x2000  // POLLRDHUP, which needs _GNU_SOURCE.
    var events = pollfd(fd: descriptor, events: hungUp, revents: 0)
    let milliseconds = Int32(pause / .milliseconds(1))
    for _ in 0..<count {
      say([byte])
      if poll(&events, 1, milliseconds) > 0 { return true }
    }
    return false
  }

  /// ZMTP 3.1, a dealer's side of it (rfc.zeromq.org/spec/37).
  public func greet(as name: [UInt8]) throws(RawPeerError) {
    let signature: [UInt8] = [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F]
    let mechanism = Array("NULL".utf8) + [UInt8](repeating: 0, count: 16)
    say(signature + [3, 1] + mechanism + [UInt8](repeating: 0, count: 32))
    let ready =
      [5] + Array("READY".utf8) + property("Socket-Type", Array("DEALER".utf8))
      + property("Identity", name)
    say([0x04, UInt8(ready.count)] + ready)
    _ = try hear(64)
    _ = try hear(Int(try hear(2)[1]))  // Nothing may be said before the other side is ready, too.
  }

  private func hear(_ count: Int) throws(RawPeerError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let heard = recv(descriptor, &bytes, count, Int32(MSG_WAITALL))
    guard heard >= 0 else { throw .call("recv", errno) }
    guard heard == count else { throw .hungUp }
    return bytes
  }

  private func property(_ name: String, _ value: [UInt8]) -> [UInt8] {
    [UInt8(name.utf8.count)] + Array(name.utf8) + [0, 0, 0, UInt8(value.count)] + value
  }

  /// A message of frames of less than 256 bytes each.
  public func say(frames: [[UInt8]]) {
    for (index, frame) in frames.enumerated() {
      say([index + 1 < frames.count ? 0x01 : 0x00, UInt8(frame.count)] + frame)
    }
  }

  /// The head of a frame that is to be `count` bytes long.
  public func announce(count: UInt64, hasMore: Bool = false) {
    say(
      [hasMore ? 0x03 : 0x02]
        + (0..<8).map { UInt8(truncatingIfNeeded: count >> UInt64(56 - 8 * $0)) })
  }
}
