import Foundation
import Testing
import Transport

@Test func aConnectionOfThisMachineHoldsMoreThanTheSystemWouldUnasked() throws {
  let directory = try Directory()
  let path = "\(directory.path)/s"
  let exchange = try Exchange("ipc://\(path)")
  let dealer = try exchange.dealer("one")
  #expect(try exchange.echo(pattern(1), from: dealer) == pattern(1))
  _ = (dealer.events(), exchange.router.events())
  let held = connections(of: path).compactMap { option(SO_SNDBUF, of: $0) }
  let probe = socket(AF_UNIX, streams, 0)
  defer { close(probe) }
  let unasked = try #require(option(SO_SNDBUF, of: probe))
  #expect(held.count == 2)
  #expect(held.allSatisfy { $0 > unasked }, "\(held), unasked \(unasked)")
}

#if os(Linux)
  private let streams = Int32(SOCK_STREAM.rawValue)
#else
  private let streams = SOCK_STREAM
#endif

/// Both ends' descriptors of what is connected to an address, in this process.
private func connections(of path: String) -> [Int32] {
  (0..<4096).filter { descriptor in
    option(SO_ACCEPTCONN, of: descriptor) == 0
      && [getsockname, getpeername].contains { name(descriptor, $0) == path }
  }
}

private func option(_ option: Int32, of descriptor: Int32) -> Int32? {
  var (value, length) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
  return getsockopt(descriptor, SOL_SOCKET, option, &value, &length) == 0 ? value : nil
}

private func name(
  _ descriptor: Int32,
  _ ask: (Int32, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>?) -> Int32
) -> String? {
  var (address, length) = (sockaddr_un(), socklen_t(MemoryLayout<sockaddr_un>.size))
  return withUnsafeMutablePointer(to: &address) { address in
    let isKnown = address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      ask(descriptor, $0, &length) == 0 && $0.pointee.sa_family == sa_family_t(AF_UNIX)
    }
    guard isKnown else { return nil }
    return withUnsafeBytes(of: &address.pointee.sun_path) { path in
      String(decoding: path.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
