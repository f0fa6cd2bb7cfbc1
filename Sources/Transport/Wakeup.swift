import CZeroMQ
import Glibc

/// Ends the poll of the thread that owns a socket, from any other thread.
public final class Wakeup: Sendable {
  let descriptor: Int32

  public init() {
    descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    precondition(descriptor >= 0, "no event descriptor: \(String(cString: strerror(errno)))")
  }

  deinit { close(descriptor) }

  /// Ends a poll that is under way, or the next one. Signals that are not cleared count once.
  ///
  /// Makes one system call that allocates nothing, so a signal handler may call it.
  public func signal() { eventfd_write(descriptor, 1) }

  /// Takes back every signal given so far. Clear first, then look for what was signalled: in the
  /// other order, work that arrives in between waits for the next signal.
  public func clear() {
    var value: eventfd_t = 0
    eventfd_read(descriptor, &value)
  }
}
