import CZeroMQ
import Glibc

/// True if nobody but this machine's own processes can connect to what is bound to the address.
///
/// Names of hosts and interfaces, and wildcards, count as reachable, whatever they stand for.
public func staysOnThisMachine(_ address: String) -> Bool {
  guard let (host, _) = hostAndPort(address) else { return address.hasPrefix("ipc://") }
  if let bracketed = bracketed(host) { return isLoopback6(bracketed) }
  let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
  return numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil)
}

/// Checks the form of an address before ZeroMQ sees it, which knows other transports and takes port
/// 99999 for 34463.
func validate(_ address: String) throws(TransportError) {
  let isValid = hostAndPort(address).map(isValid) ?? address.hasPrefix("ipc://")
  guard isValid else { throw .invalidAddress(address) }
}

/// Whether the address is one of IPv6, which ZeroMQ has to be told beforehand.
func isIPv6(_ address: String) -> Bool {
  hostAndPort(address).map { $0.host.first == "[" } ?? false
}

/// What stands before and after the last colon of a TCP address; nil of any other.
private func hostAndPort(_ address: String) -> (host: Substring, port: Substring)? {
  guard address.hasPrefix("tcp://") else { return nil }
  let text = address.dropFirst("tcp://".count)
  guard let colon = text.lastIndex(of: ":") else { return (text, "") }
  return (text[..<colon], text[text.index(after: colon)...])
}

private func isValid(_ host: Substring, _ port: Substring) -> Bool {
  let isHost = bracketed(host).map { isAddress6($0) } ?? (!host.isEmpty && !host.contains(":"))
  return isHost
    && (port == "*" || port.allSatisfy { $0.isASCII && $0.isNumber } && UInt16(port) != nil)
}

/// What stands in the brackets that addresses of IPv6 have.
private func bracketed(_ host: Substring) -> Substring? {
  host.first == "[" && host.last == "]" ? host.dropFirst().dropLast() : nil
}

/// Whether this is an address of IPv6, with a zone or without.
private func isAddress6(_ text: Substring) -> Bool {
  var address = in6_addr()
  return inet_pton(AF_INET6, String(text.prefix { $0 != "%" }), &address) == 1
}

private func isLoopback6(_ text: Substring) -> Bool {
  var (address, loopback) = (in6_addr(), in6addr_loopback)
  return inet_pton(AF_INET6, String(text), &address) == 1
    && memcmp(&address, &loopback, MemoryLayout<in6_addr>.size) == 0
}

/// Checks that binding would take no socket or file from anybody.
///
/// ZeroMQ removes whatever stands at the path of an `ipc` address before it binds, be it a socket
/// that is being listened on or a file of the user's. Only a socket nobody listens on may go.
func validateIsFree(_ address: String) throws(TransportError) {
  guard address.hasPrefix("ipc://"), !address.hasPrefix("ipc://@") else { return }
  let path = String(address.dropFirst("ipc://".count))
  var status = stat()
  guard lstat(path, &status) == 0 else { return }
  let isSocket = status.st_mode & S_IFMT == S_IFSOCK
  guard isSocket, !isListenedOn(path) else { throw .addressInUse(address) }
}

private func isListenedOn(_ path: String) -> Bool {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
  let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  defer { close(descriptor) }
  let length = socklen_t(MemoryLayout<sockaddr_un>.size)
  return withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) == 0 }
  }
}
