import CZeroMQ
import Glibc

/// Checks that an address is of a kind that is supported, before ZeroMQ sees it.
func validate(_ address: String) throws(TransportError) {
  let isSupported = address.hasPrefix("tcp://") || address.hasPrefix("ipc://")
  guard isSupported else { throw .invalidAddress(address) }
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
