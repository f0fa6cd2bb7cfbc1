import CZeroMQ

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

  /// Watches another socket and its monitor, too; what is ready counts as the first one's.
  mutating func add(_ socket: Socket, _ monitor: Monitor) {
    let readable = Int16(ZMQ_POLLIN)
    items.append(zmq_pollitem_t(socket: socket.raw, fd: 0, events: readable, revents: 0))
    items.append(zmq_pollitem_t(socket: monitor.socket.raw, fd: 0, events: readable, revents: 0))
  }

  /// Looks again and again for the time of `spin`, then sleeps until something is ready or the
  /// timeout, counted from the start, has passed.
  mutating func poll(timeout: Duration?, spin: Duration) -> Readiness {
    let clock = ContinuousClock()
    let start = clock.now
    while true {
      let elapsed = start.duration(to: clock.now)
      let remaining = timeout.map { max(.zero, $0 - elapsed) }
      let readiness = check(atMost: elapsed < spin ? .zero : remaining)
      if !readiness.isEmpty || remaining == .zero { return readiness }
    }
  }

  /// One look. A signal that interrupts it looks like nothing being ready.
  private mutating func check(atMost time: Duration?) -> Readiness {
    var readiness: Readiness = []
    let milliseconds = time?.wholeMilliseconds ?? -1
    guard zmq_poll(&items, Int32(items.count), milliseconds) > 0 else { return readiness }
    for (item, ready) in zip(items, [.frame, .wakeup, .event, .frame, .event] as [Readiness])
    where item.revents != 0 {
      readiness.insert(ready)
    }
    return readiness
  }
}
