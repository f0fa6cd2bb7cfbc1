import CZeroMQ

/// The bytes of one message, in memory that ZeroMQ sends from and receives into.
///
/// A frame is moved by sending it: a frame that was sent is empty afterwards, one that was not is
/// as it was and can be sent again. It may be handed to another thread, but only one at a time may
/// use it.
public final class Frame: @unchecked Sendable {
  let message: UnsafeMutablePointer<zmq_msg_t>
  /// Who sent it, proven, if a router received it from a peer that needs a key.
  public internal(set) var key: CurveKey?
  /// Where its content lies for others to read, if several frames have it.
  private(set) var laid: Laid?
  /// What came in its place, if it was read from a shelf.
  private let slip: Frame?

  /// A frame of `count` bytes for the caller to fill; they are not cleared.
  ///
  /// - Traps: when there is no memory for them.
  public convenience init(count: Int) { self.init(count: count, slip: nil) }

  /// - Parameter slip: what came in place of the bytes that the caller fills in.
  init(count: Int, slip: Frame?) {
    (self.slip, key) = (slip, slip?.key)
    message = .allocate(capacity: 1)
    let result = zmq_msg_init_size(message, count)
    precondition(result == 0, "no memory for a frame of \(count) bytes")
  }

  /// An empty frame to receive into.
  init() {
    slip = nil
    message = .allocate(capacity: 1)
    zmq_msg_init(message)
  }

  deinit {
    zmq_msg_close(message)
    message.deallocate()
  }
}

extension Frame {
  public convenience init(_ bytes: some Collection<UInt8>) {
    self.init(count: bytes.count)
    withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
  }

  public var count: Int { zmq_msg_size(message) }

  /// Calls `body` with the bytes, which start at no particular alignment.
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(start: zmq_msg_data(message), count: count))
  }

  /// Calls `body` with the bytes to be written before the frame is sent.
  public func withUnsafeMutableBytes<Result, Failure: Error>(
    _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeMutableRawBufferPointer(start: zmq_msg_data(message), count: count))
  }
}

extension Frame {
  /// A frame of the same bytes in the same memory, unless they are few; neither may be written any
  /// more. It is for sending one content to several peers.
  public func shared() -> Frame {
    let frame = Frame()
    laid = laid ?? Laid()
    frame.laid = laid
    let result = zmq_msg_copy(frame.message, message)
    precondition(result == 0, "a frame that was sent cannot be shared: \(Socket.lastError)")
    return frame
  }
}

extension Frame {
  /// Where a received frame came from, as far as ZeroMQ knows; empty if it does not.
  public var address: String {
    zmq_msg_gets((slip ?? self).message, "Peer-Address").map { String(cString: $0) } ?? ""
  }

  /// True if the message that this frame belongs to has another.
  var hasMore: Bool { zmq_msg_more(message) != 0 }

  /// The file descriptor of the connection that a received frame came over.
  var connection: Int32 { zmq_msg_get(message, ZMQ_SRCFD) }

  /// Leaves it as if it had been sent.
  func clear() {
    zmq_msg_close(message)
    zmq_msg_init(message)
  }

  /// A frame with this one's bytes, leaving this one empty.
  func taken() -> Frame {
    let frame = Frame()
    zmq_msg_move(frame.message, message)
    return frame
  }
}
