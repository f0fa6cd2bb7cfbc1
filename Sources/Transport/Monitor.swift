import CZeroMQ

/// Something that happened to a socket's connections.
public enum ConnectionEvent: Equatable, Sendable {
  /// Both sides have shown that they speak ZeroMQ: frames can pass.
  case connected
  /// The other side does not speak ZeroMQ, or not as this one does.
  case refused
  /// The connection is gone, or never came about.
  case disconnected
  /// A dealer tries again to connect.
  case retrying
}

/// The events of a socket's connections, which ZeroMQ reports on a socket of their own.
final class Monitor {
  let socket: Socket
  private let subject: Socket
  private let first = Frame()

  private static let kinds =
    ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
    | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
    | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_CONNECT_RETRIED

  /// - Precondition: the subject has not been bound or connected yet, lest events be missed.
  init(of subject: Socket, in context: Context) {
    self.subject = subject
    socket = Socket(ZMQ_PAIR, in: context)
    socket.set(ZMQ_LINGER, 0)
    socket.set(ZMQ_RCVHWM, 0)  // A full queue would stop the thread that moves all bytes.
    let address = "inproc://monitor-\(UInt(bitPattern: subject.raw))"
    let result = zmq_socket_monitor(subject.raw, address, Self.kinds)
    precondition(result == 0, "no socket monitor: \(Socket.lastError)")
    let connected = zmq_connect(socket.raw, address)
    precondition(connected == 0, "no socket monitor: \(Socket.lastError)")
  }

  // The reporting end goes first: it would wait for ever for one that has gone to read.
  deinit { zmq_socket_monitor(subject.raw, nil, 0) }
}

extension Monitor {
  /// Everything that happened since the last call, in order.
  func events() -> [ConnectionEvent] {
    var events: [ConnectionEvent] = []
    while socket.receive(into: first) {
      if let event = Monitor.event(first) { events.append(event) }
      _ = socket.discardRest(after: first)
    }
    return events
  }

  /// A report starts with the kind of the event, as 16 bits in this machine's byte order.
  private static func event(_ report: Frame) -> ConnectionEvent? {
    let kind = report.withUnsafeBytes { Int32($0.loadUnaligned(as: UInt16.self)) }
    switch kind {
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: return .connected
    case ZMQ_EVENT_DISCONNECTED: return .disconnected
    case ZMQ_EVENT_CONNECT_RETRIED: return .retrying
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL, ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL,
      ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
      return .refused
    default: return nil
    }
  }
}
