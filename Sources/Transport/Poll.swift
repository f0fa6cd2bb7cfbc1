import CZeroMQ
import Glibc

/// What ended a poll; nothing did if the time ran out.
public struct Readiness: OptionSet, Sendable {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// A frame can be received.
  public static let frame = Readiness(rawValue: 1)
  /// The wakeup was signalled.
  public static let wakeup = Readiness(rawValue: 2)
  /// The socket's `events()` has something to say.
  public static let event = Readiness(rawValue: 4)
}

/// The descriptors of one poll: a socket, its monitor and a wakeup.
struct PollSet {
  private var items: [zmq_pollitem_t]

  init(_ socket: Socket, _ monitor: Monitor, _ wakeup: Wakeup) {
    let readable = Int16(ZMQ_POLLIN)
    items = [
      zmq_pollitem_t(socket: socket.raw, fd: 0, events: readable, revents: 0),
      zmq_pollitem_t(socket: nil, fd: wakeup.descriptor, events: readable, revents: 0),
      zmq_pollitem_t(socket: monitor.socket.raw, fd: 0, events: readable, revents: 0),
    ]
  }

  /// Looks again and again for the time of `spin`, then sleeps until something is ready or the
  /// timeout, counted from the start, has passed.
  mutating func poll(timeout: Duration?, spin: Duration) -> Readiness {
    let clock = ContinuousClock()
    let start = clock.now
    var readiness = check(milliseconds: 0)
    while readiness.isEmpty, start.duration(to: clock.now) < min(spin, timeout ?? spin) {
      readiness = check(milliseconds: 0)
    }
    while readiness.isEmpty {
      let remaining = timeout.map { ($0 - start.duration(to: clock.now)).wholeMilliseconds }
      if let remaining, remaining <= 0 { break }
      readiness = check(milliseconds: remaining ?? -1)
    }
    return readiness
  }

  /// One look. A signal that interrupts it looks like nothing being ready.
  private mutating func check(milliseconds: Int) -> Readiness {
    guard zmq_poll(&items, Int32(items.count), milliseconds) > 0 else { return [] }
    let meanings: [Readiness] = [.frame, .wakeup, .event]
    return zip(items, meanings).reduce(into: []) { readiness, pair in
      if pair.0.revents != 0 { readiness.insert(pair.1) }
    }
  }
}
