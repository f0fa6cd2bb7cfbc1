import CZeroMQ
import Glibc

/// True if nobody but this machine's own processes can connect to what is bound to the address.
public func staysOnThisMachine(_ address: String) -> Bool {
  guard address.hasPrefix("tcp://") else { return address.hasPrefix("ipc://") }
  let host = address.dropFirst("tcp://".count).prefix { $0 != ":" }
  let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
  return numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil)
}

/// Checks the form of an address before ZeroMQ sees it, which knows other transports and takes port
/// 99999 for 34463.
func validate(_ address: String) throws(TransportError) {
  let isValid: Bool
  if address.hasPrefix("tcp://") {
    isValid = isHostAndPort(address.dropFirst("tcp://".count))
  } else {
    isValid = address.hasPrefix("ipc://")
  }
  guard isValid else { throw .invalidAddress(address) }
}

private func isHostAndPort(_ text: Substring) -> Bool {
  guard let colon = text.lastIndex(of: ":"), colon > text.startIndex else { return false }
  let port = text[text.index(after: colon)...]
  return port == "*" || port.allSatisfy { $0.isASCII && $0.isNumber } && UInt16(port) != nil
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
