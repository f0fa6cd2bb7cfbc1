import CZeroMQ

/// Why an address could not be bound or connected to.
public enum TransportError: Error, Equatable {
  /// Somebody already listens there, or a file that is not a socket stands there.
  case addressInUse(String)
  /// The address is not one of this machine's.
  case addressUnavailable(String)
  /// Neither `tcp://host:port` nor `ipc://path`, or a path too long for a socket.
  case invalidAddress(String)
  case permissionDenied(String)
  /// Anything else the system answered; `code` is its `errno`.
  case other(code: Int32, operation: String, address: String)
}

extension TransportError {
  /// The error behind a ZeroMQ call on an address that has just failed on this thread.
  static func ofLastCall(_ operation: String, _ address: String) -> TransportError {
    switch zmq_errno() {
    case EADDRINUSE: .addressInUse(address)
    case EADDRNOTAVAIL, ENODEV: .addressUnavailable(address)
    case EINVAL, EPROTONOSUPPORT, ENOCOMPATPROTO, ENAMETOOLONG: .invalidAddress(address)
    case EACCES, EPERM: .permissionDenied(address)
    case let code: .other(code: code, operation: operation, address: address)
    }
  }
}

extension TransportError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .addressInUse(let address): "\(address) is already in use"
    case .addressUnavailable(let address): "\(address) is not an address of this machine"
    case .invalidAddress(let address):
      "\(address) is not an address: tcp://host:port or ipc://path is expected"
    case .permissionDenied(let address): "no permission to use \(address)"
    case .other(let code, let operation, let address):
      "cannot \(operation) \(address): \(String(cString: zmq_strerror(code)))"
    }
  }
}
