import CZeroMQ

/// Something that happened to a dealer's connection.
public enum ConnectionEvent: Equatable, Sendable {
  /// The other side speaks ZeroMQ too: frames can pass, and none sent before will be answered.
  case connected
  /// The other side does not speak ZeroMQ, or not as this one does.
  case refused
  /// The other side will never let this one in, and it tries no more.
  case denied
  case disconnected
  /// An attempt to connect failed, and another is made.
  case retrying
}

/// The one socket of a worker: connected to a coordinator, and again whenever it loses it.
///
/// Belongs to one thread, which alone makes it, uses it and lets it go; others reach that thread
/// through a ``Wakeup``. No call but ``poll(_:timeout:spin:)`` ever waits.
public final class DealerSocket {
  let socket: Socket
  let monitor: Monitor
  private let next = Frame()
  /// Whether it connects to a place on this machine.
  private var isLocal = false
  private(set) lazy var shelf = isLocal ? Shelf() : nil
  /// What is agreed with the other side, as long as the connection lasts.
  private var link: ShelfLink?
  /// Whether the other side has not been told yet of the shelf.
  private var isToOffer = false
  private let maximumFrameBytes: Int

  /// Messages thrown away because they were not one frame.
  public private(set) var refusedMessages = 0

  /// - Precondition: the name does not start with a zero byte: those are the router's own to give.
  public init(in context: Context, name: PeerID, options: SocketOptions) {
    precondition(name.bytes.first != 0, "the name \(name) starts with a zero byte")
    maximumFrameBytes = options.maximumFrameBytes
    let socket = Socket(ZMQ_DEALER, in: context)
    socket.set(options)
    socket.set(ZMQ_RECONNECT_IVL, options.reconnectInterval)
    socket.set(ZMQ_RECONNECT_IVL_MAX, options.maximumReconnectInterval)
    socket.set(ZMQ_CONNECT_TIMEOUT, options.connectTimeout)
    switch options.identification {
    case .none: break
    case .dealer(let keys, let router): socket.setKeys(of: keys, router: router)
    case .router: preconditionFailure("a dealer admits nobody")
    }
    socket.set(ZMQ_IMMEDIATE, 1)  // What is sent to nobody would arrive late, and stale.
    let result = name.withUnsafeBytes {
      zmq_setsockopt(socket.raw, ZMQ_ROUTING_ID, $0.baseAddress, $0.count)
    }
    precondition(result == 0, "the name \(name) is refused: \(Socket.lastError)")
    self.socket = socket
    monitor = Monitor(of: socket, in: context, localBufferBytes: options.localBufferBytes)
  }
}

extension DealerSocket {
  /// Begins to connect to `tcp://host:port` or `ipc://path`, where nobody need listen yet.
  ///
  /// Success or not shows in ``events()``.
  public func connect(_ address: String) throws(TransportError) {
    try validate(address)
    socket.set(ZMQ_IPV6, isIPv6(address) ? 1 : 0)
    isLocal = address.hasPrefix("ipc:")
    guard zmq_connect(socket.raw, address) == 0 else { throw .ofLastCall("connect to", address) }
  }

  /// The next frame, or nil if there is nothing to hand on now.
  ///
  /// A frame that was laid on a shelf is as if it had been sent. Any other message of several frames is none
  /// of ours: it is dropped and counted.
  public func receive() -> Frame? {
    for _ in 0..<64 {
      guard socket.receive(into: next) else { return nil }
      guard next.hasMore else { return next.taken() }
      guard let (frame, slip) = socket.slip(after: next) else {
        refusedMessages += 1
        continue
      }
      if let frame = follow(slip, in: frame) { return frame }
    }
    return nil
  }

  /// Queues a frame. The frame is empty afterwards if it was sent, and whole if not.
  public func send(_ frame: Frame) -> SendOutcome {
    let outcome = lend { $0.lay(frame) }
    if outcome == .sent { frame.clear() }
    return outcome ?? socket.send(frame)
  }

  /// Queues a frame of `count` bytes, which `write` fills in wherever it is to lie.
  public func send(
    _ count: Int, _ write: (UnsafeMutableRawBufferPointer) -> Void
  ) -> SendOutcome {
    if let outcome = lend({ $0.lay(count, write) }) { return outcome }
    let frame = Frame(count: count)
    frame.withUnsafeMutableBytes { write($0) }
    return socket.send(frame)
  }

  /// What happened to the connection since the last call.
  public func events() -> [ConnectionEvent] {
    defer { offer() }
    return monitor.reports().compactMap { report in
      switch report {
      case .accepted: return nil
      case .understood:
        beginAnew()
        return .connected
      case .refused: return .refused
      case .denied: return .denied
      case .disconnected:
        link?.isRead = false
        isToOffer = false
        return .disconnected
      case .retrying: return .retrying
      }
    }
  }

  /// Waits until a frame, an event or a signal is there, or the timeout passes (nil: never).
  ///
  /// - Parameter spin: how long to look again and again before sleeping.
  public func poll(_ wakeup: Wakeup, timeout: Duration?, spin: Duration = .zero) -> Readiness {
    var set = PollSet(socket, monitor, wakeup)
    return set.poll(timeout: timeout, spin: spin)
  }
}

// MARK: - Large frames on one machine

extension DealerSocket {
  private func beginAnew() { (link, isToOffer) = (nil, true) }

  /// ZeroMQ reports a connection some moments before it sends anything over it.
  private func offer() {
    guard isToOffer, let shelf else { return }
    isToOffer = socket.send(.offer(shelf.name)) != .sent
  }

  /// Tells the other side of a frame that is laid where it reads it; nothing if it has to be sent whole.
  private func lend(_ lay: (Shelf) -> Page?) -> SendOutcome? {
    guard link?.isRead ?? false, let shelf, let page = lay(shelf) else { return nil }
    let outcome = socket.send(.page(page))
    if outcome != .sent { shelf.takeBack(page) }
    return outcome
  }

  /// Does what a slip asks for; if it stands for a frame, that is the answer.
  private func follow(_ slip: Slip, in frame: Frame) -> Frame? {
    switch slip {
    case .acceptance(let name):
      guard let theirs = LentShelf(name, over: frame.connection) else { break }
      link = ShelfLink(theirs: theirs, connection: frame.connection, isRead: true)
      _ = socket.send(.readiness)
    case .page(let page):
      if let frame = link?.theirs.fetch(page, of: frame, atMost: maximumFrameBytes) { return frame }
      beginAnew()
    case .miss: beginAnew()
    case .offer, .readiness: break
    }
    return nil
  }
}
