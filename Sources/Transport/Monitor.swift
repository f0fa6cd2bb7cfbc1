import CZeroMQ
import Foundation

/// The events of a socket's connections, which ZeroMQ reports on a socket of their own.
final class Monitor {
  let socket: Socket
  private let subject: Socket
  private let first = Frame()
  /// What the system is asked to hold of what is sent on a connection of this machine.
  private let localBufferBytes: Int

  private static let kinds =
    ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_CONNECTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED
    | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
    | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
    | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_CONNECT_RETRIED

  /// - Precondition: the subject has not been bound or connected yet, lest events be missed.
  init(of subject: Socket, in context: Context, localBufferBytes: Int) {
    (self.subject, self.localBufferBytes) = (subject, localBufferBytes)
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
  /// What ZeroMQ reports of a connection, and the file descriptor that the connection has or had.
  enum Report: Equatable {
    /// Somebody has connected to a socket that is bound.
    case accepted(Int32)
    /// Both sides have shown that they speak ZeroMQ.
    case understood
    /// The other side does not speak ZeroMQ, or not as this one does.
    case refused
    /// The other side has said that it lets this one in never.
    case denied
    case disconnected(Int32)
    case retrying
  }

  /// Everything reported since the last call, in order.
  func reports() -> [Report] {
    var reports: [Report] = []
    while socket.receive(into: first) {
      if let report = report(first) { reports.append(report) }
      _ = socket.discardRest(after: first)
    }
    return reports
  }

  /// A report starts with 16 bits of kind and 32 of value, in this machine's byte order.
  private func report(_ frame: Frame) -> Report? {
    let (kind, value) = frame.withUnsafeBytes {
      (
        Int32($0.loadUnaligned(as: UInt16.self)),
        $0.loadUnaligned(fromByteOffset: 2, as: Int32.self)
      )
    }
    switch kind {
    case ZMQ_EVENT_ACCEPTED:
      enlargeBuffer(of: value)
      return .accepted(value)
    case ZMQ_EVENT_CONNECTED:
      enlargeBuffer(of: value)
      return nil
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: return .understood
    case ZMQ_EVENT_DISCONNECTED: return .disconnected(value)
    case ZMQ_EVENT_CONNECT_RETRIED: return .retrying
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH where value == 400: return .denied
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL, ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL,
      ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
      return .refused
    default: return nil
    }
  }

  /// ZeroMQ does so for TCP only, which finds its own measure. The connection may be gone, and its
  /// descriptor another's: this harms none.
  private func enlargeBuffer(of connection: Int32) {
    var domain: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(connection, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0, domain == AF_UNIX
    else { return }
    var bytes = Int32(clamping: localBufferBytes)
    setsockopt(connection, SOL_SOCKET, SO_SNDBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
  }
}
