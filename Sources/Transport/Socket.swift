import CZeroMQ

/// What became of a frame that was to be sent.
public enum SendOutcome: Equatable, Sendable {
  /// It is on its way; whether it arrives, only an answer can tell.
  case sent
  /// It cannot be queued: the peer does not read, or a dealer has no connection. The frame is whole.
  case full
  /// No such peer is connected. The frame is whole.
  case gone
}

/// An open ZeroMQ socket with its options set: what routers, dealers and monitors share.
final class Socket {
  let raw: UnsafeMutableRawPointer
  private let context: Context

  init(_ type: Int32, in context: Context) {
    guard let raw = zmq_socket(context.raw, type) else {
      preconditionFailure("no ZeroMQ socket: \(Socket.lastError)")
    }
    self.raw = raw
    self.context = context
  }

  deinit { zmq_close(raw) }

  static var lastError: String { String(cString: zmq_strerror(zmq_errno())) }
}

extension Socket {
  func set(_ option: Int32, _ value: Int) {
    var value = Int32(clamping: value)
    let result = zmq_setsockopt(raw, option, &value, MemoryLayout<Int32>.size)
    precondition(result == 0, "option \(option) refuses \(value): \(Socket.lastError)")
  }

  func set(_ option: Int32, _ duration: Duration) { set(option, duration.wholeMilliseconds) }

  func set(_ options: SocketOptions) {
    set(ZMQ_LINGER, options.linger)
    set(ZMQ_SNDHWM, options.sendLimit)
    set(ZMQ_RCVHWM, 0)  // See SocketOptions.
    setMaximumFrameBytes(options.maximumFrameBytes)
    set(ZMQ_TCP_MAXRT, options.unacknowledgedLimit)
    set(ZMQ_HANDSHAKE_IVL, options.handshakeTimeout)
    set(ZMQ_TCP_KEEPALIVE, 1)
    set(ZMQ_TCP_KEEPALIVE_IDLE, Int(options.keepaliveIdle.components.seconds))
    set(ZMQ_TCP_KEEPALIVE_INTVL, Int(options.keepaliveInterval.components.seconds))
    set(ZMQ_TCP_KEEPALIVE_CNT, options.keepaliveProbes)
  }

  private func setMaximumFrameBytes(_ count: Int) {
    var count = Int64(count)
    let result = zmq_setsockopt(raw, ZMQ_MAXMSGSIZE, &count, MemoryLayout<Int64>.size)
    precondition(result == 0, "no frame limit of \(count) bytes: \(Socket.lastError)")
  }
}

extension Socket {
  /// The next frame of a message, if there is one; never waits.
  func receive(into frame: Frame) -> Bool {
    while zmq_msg_recv(frame.message, raw, ZMQ_DONTWAIT) < 0 {
      switch zmq_errno() {
      case EINTR: continue
      case EAGAIN: return false
      default: preconditionFailure("cannot receive: \(Socket.lastError)")
      }
    }
    return true
  }

  /// Throws away what is left of the message that `frame` belongs to; true if that was anything.
  func discardRest(after frame: Frame) -> Bool {
    guard frame.hasMore else { return false }
    let excess = Frame()
    repeat {
      guard receive(into: excess) else { break }
    } while excess.hasMore
    return true
  }

  /// The slip of a message that began with `first`; what is none is thrown away.
  func slip(after first: Frame) -> (frame: Frame, slip: Slip)? {
    let frame = Frame()
    guard first.hasMore, receive(into: frame) else { return nil }
    guard first.count == 0, !frame.hasMore, let slip = Slip(frame) else {
      _ = discardRest(after: frame)
      return nil
    }
    return (frame, slip)
  }

  func send(_ slip: Slip) -> SendOutcome {
    let outcome = send(Frame(), flags: ZMQ_SNDMORE)
    return outcome == .sent ? send(slip.frame) : outcome
  }

  /// Queues the frame; never waits.
  func send(_ frame: Frame, flags: Int32 = 0) -> SendOutcome {
    while zmq_msg_send(frame.message, raw, ZMQ_DONTWAIT | flags) < 0 {
      switch zmq_errno() {
      case EINTR: continue
      case EAGAIN: return .full
      case EHOSTUNREACH: return .gone
      default: preconditionFailure("cannot send: \(Socket.lastError)")
      }
    }
    return .sent
  }
}

extension Duration {
  /// Rounded up: a wait of this many milliseconds is no shorter than the duration.
  var wholeMilliseconds: Int {
    let (seconds, attoseconds) = components
    let thousandths = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int(seconds) * 1000 + Int(thousandths)
  }
}
