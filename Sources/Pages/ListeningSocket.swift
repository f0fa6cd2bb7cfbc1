import Foundation

/// A socket that browsers can connect to. Whoever answers them closes it.
struct ListeningSocket {
  let number: Int32
  /// With the port that was chosen.
  let address: PageAddress

  init(_ address: PageAddress) throws(PageError) {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_PASSIVE
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(address.host, "\(address.port)", &hints, &list) == 0, let place = list else {
      throw .noSuchHost(address)
    }
    defer { freeaddrinfo(list) }
    let number = socket(place.pointee.ai_family, Self.kind, place.pointee.ai_protocol)
    guard number >= 0 else { throw .cannotListen(address, errno: errno) }
    var yes: Int32 = 1
    setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    guard bind(number, place.pointee.ai_addr, place.pointee.ai_addrlen) == 0,
      listen(number, Self.backlog) == 0
    else {
      let code = errno
      close(number)
      throw .cannotListen(address, errno: code)
    }
    self.number = number
    self.address = PageAddress(host: address.host, port: Self.port(of: number) ?? address.port)
  }

  /// A connection that waits to be taken, which never blocks; `nil` if there is none.
  func accept() -> Int32? {
    let connection = Foundation.accept(number, nil, nil)
    guard connection >= 0 else { return nil }
    _ = fcntl(connection, F_SETFL, O_NONBLOCK)
    _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
    return connection
  }

  private static let backlog: Int32 = 64
  private static let kind = Int32(
    SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)

  private static func port(of number: Int32) -> UInt16? {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let isKnown = withUnsafeMutableBytes(of: &storage) { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { getsockname(number, $0.baseAddress, &size) } == 0
    }
    // Of both families, the port stands at the third byte, the highest first.
    return isKnown
      ? withUnsafeBytes(of: storage) { UInt16($0[2]) << 8 | UInt16($0[3]) } : nil
  }
}
