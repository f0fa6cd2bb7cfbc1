import CZeroMQ

/// The threads that move bytes for the sockets made in it.
///
/// May be shared by threads, unlike a socket. Every socket keeps its context alive, so the last of
/// them to go closes it; that waits for unsent frames as long as ``SocketOptions/linger`` says.
public final class Context: @unchecked Sendable {
  let raw: UnsafeMutableRawPointer

  /// - Parameters:
  ///   - ioThreads: one is enough for about 1 GB/s of plain TCP.
  ///   - maximumSockets: how many sockets may be open at once, each monitor counting as two more.
  public init(ioThreads: Int = 1, maximumSockets: Int = 1023) {
    guard let raw = zmq_ctx_new() else {
      preconditionFailure("no ZeroMQ context: \(String(cString: zmq_strerror(zmq_errno())))")
    }
    self.raw = raw
    zmq_ctx_set(raw, ZMQ_IO_THREADS, Int32(ioThreads))
    zmq_ctx_set(raw, ZMQ_MAX_SOCKETS, Int32(maximumSockets))
  }

  deinit {
    while zmq_ctx_term(raw) < 0, zmq_errno() == EINTR {}
  }
}
