import CZeroMQ

/// Something that happened to one of a router's connections.
public enum PeerEvent: Equatable, Sendable {
  /// A connection ended over which came no message: whoever it was spoke no ZeroMQ, or said nothing.
  case stranger
  /// The connection ended over which this peer last spoke: it died, left, or will have to return.
  case lost(PeerID)
  /// A message was thrown away because it was not one frame, or its slip fitted nothing.
  case unreadable(PeerID, CurveKey?)
  /// A message was thrown away, and its connection cut, for what `Intrusion` says.
  case intruder(PeerID, CurveKey?, Intrusion)
}

/// The one socket of a coordinator: bound, and talking to every dealer by its ``PeerID``.
///
/// Belongs to one thread, which alone makes it, uses it and lets it go; others reach that thread
/// through a ``Wakeup``. No call but ``poll(_:timeout:spin:)`` ever waits.
public final class RouterSocket {
  private let socket: Socket
  private let monitor: Monitor
  private let sender = Frame()
  var connections = PeerConnections()
  var waitingEvents: [PeerEvent] = []
  /// Those who decide who is let in, if keys are needed at all.
  let doorkeeper: Doorkeeper?
  public let admissions: Admissions?
  var admissionsSeen = 0
  var nextHoardCheck = ContinuousClock.now
  var links = ShelfLinks()
  lazy var shelf = Shelf()
  let maximumFrameBytes: Int

  /// Messages thrown away because they were not one frame, or came from a peer with a long name.
  public internal(set) var refusedMessages = 0

  /// - Precondition: if keys are needed, no other router of the context needs them.
  public init(in context: Context, options: SocketOptions) {
    maximumFrameBytes = options.maximumFrameBytes
    socket = Socket(ZMQ_ROUTER, in: context)
    socket.set(options)
    switch options.identification {
    case .none: (doorkeeper, admissions) = (nil, nil)
    case .router(let keys, let admissions):
      // Before anything is bound, lest somebody come while nobody is asked.
      (doorkeeper, self.admissions) = (Doorkeeper(admissions, in: context), admissions)
      socket.setKeys(of: keys)
    case .dealer: preconditionFailure("a router has no other router's key")
    }
    socket.set(ZMQ_BACKLOG, options.backlog)
    socket.set(ZMQ_ROUTER_MANDATORY, 1)  // Sends to nobody are to be noticed.
    socket.set(ZMQ_ROUTER_HANDOVER, 1)  // A peer that comes back takes over its own name.
    monitor = Monitor(of: socket, in: context, localBufferBytes: options.localBufferBytes)
  }
}

extension RouterSocket {
  /// Listens on `tcp://interface:port` or `ipc://path`; port `*` is one that is free.
  ///
  /// - Returns: the address to connect to, with the real port.
  public func bind(_ address: String) throws(TransportError) -> String {
    try validate(address)
    try validateIsFree(address)
    socket.set(ZMQ_IPV6, isIPv6(address) ? 1 : 0)
    guard zmq_bind(socket.raw, address) == 0 else { throw .ofLastCall("bind", address) }
    return socket.lastEndpoint
  }

  /// The next message and who sent it, or nil if there is nothing to hand on now.
  ///
  /// A frame that was laid on a shelf is as if it had been sent. Any other message of several frames is
  /// none of ours: it is dropped and counted. After a run of those, or of slips that are no frames,
  /// the answer is nil, so that a peer who sends nothing else cannot keep the caller here.
  public func receive() -> (peer: PeerID, frame: Frame)? {
    for _ in 0..<64 {
      guard socket.receive(into: sender) else {
        cutHoarders()
        links.forgetParted()
        return nil
      }
      guard let (peer, frame, slip) = message() else {
        refusedMessages += 1
        continue
      }
      guard doorkeeper == nil || isAdmitted(frame, from: peer) else { continue }
      note(peer, on: frame)
      links.hear(peer, on: frame.connection)
      guard let slip else { return (peer, frame) }
      if let frame = follow(slip, in: frame, from: peer) { return (peer, frame) }
    }
    return nil
  }

  private func message() -> (peer: PeerID, frame: Frame, slip: Slip?)? {
    guard sender.hasMore else { return nil }
    let frame = Frame()
    guard socket.receive(into: frame) else { return nil }
    connections.hear(frame.count, on: frame.connection)
    guard let peer = sender.withUnsafeBytes({ PeerID($0) }) else {
      _ = socket.discardRest(after: frame)
      return nil
    }
    guard frame.hasMore else { return (peer, frame, nil) }
    if let (frame, slip) = socket.slip(after: frame) { return (peer, frame, slip) }
    distrust(peer, frame)
    return nil
  }

  /// Keeps track of the peer's connection.
  ///
  /// A connection that is new may have the descriptor of one whose end is reported but not read.
  private func note(_ peer: PeerID, on frame: Frame) {
    guard !connections.contains(peer, frame.key, on: frame.connection) else { return }
    readReports()
    connections.record(peer, frame.key, on: frame.connection)
  }

  func readReports() {
    for report in monitor.reports() {
      switch report {
      case .accepted(let connection): connections.open(connection)
      case .disconnected(let connection):
        guard let event = connections.close(connection) else { break }
        if case .lost(let peer) = event { links.part(peer) }
        waitingEvents.append(event)
      case .understood, .refused, .denied, .retrying: break
      }
    }
  }

  /// Queues a frame for a peer. The frame is empty afterwards if it was sent, and whole if not.
  public func send(_ frame: Frame, to peer: PeerID) -> SendOutcome {
    lend(frame, to: peer) ?? sendWhole(frame, to: peer)
  }

  func sendWhole(_ frame: Frame, to peer: PeerID) -> SendOutcome {
    let outcome = address(peer)
    return outcome == .sent ? socket.send(frame) : outcome
  }

  func send(_ slip: Slip, to peer: PeerID) -> SendOutcome {
    let outcome = address(peer)
    return outcome == .sent ? socket.send(slip) : outcome
  }

  /// Begins a message to a peer.
  private func address(_ peer: PeerID) -> SendOutcome {
    let name = Frame(count: peer.count)
    name.withUnsafeMutableBytes { bytes in peer.withUnsafeBytes { bytes.copyMemory(from: $0) } }
    return socket.send(name, flags: ZMQ_SNDMORE)
  }

  /// What happened to connections since the last call.
  ///
  /// What a lost peer said before can still be received: to have its last words first, ask for
  /// events, receive until there is nothing, and only then act upon the events.
  public func events() -> [PeerEvent] {
    followAdmissions()
    readReports()
    defer { waitingEvents.removeAll() }
    return waitingEvents
  }

  /// Waits until a frame, an event or a signal is there, or the timeout passes (nil: never).
  ///
  /// - Parameter spin: how long to look again and again before sleeping.
  /// - Parameter dealer: is waited for as well, by who owns both.
  public func poll(
    _ wakeup: Wakeup, beside dealer: DealerSocket? = nil, timeout: Duration?,
    spin: Duration = .zero
  ) -> Readiness {
    var set = PollSet(socket, monitor, wakeup)
    if let dealer { set.add(dealer.socket, dealer.monitor) }
    guard waitingEvents.isEmpty else { return set.poll(timeout: .zero, spin: .zero).union(.event) }
    return set.poll(timeout: timeout, spin: spin)
  }
}

extension Socket {
  fileprivate var lastEndpoint: String {
    var bytes = [UInt8](repeating: 0, count: 1024)
    var count = bytes.count
    let result = zmq_getsockopt(raw, ZMQ_LAST_ENDPOINT, &bytes, &count)
    precondition(result == 0 && count > 0, "a bound socket has no address: \(Socket.lastError)")
    return String(decoding: bytes[..<(count - 1)], as: UTF8.self)
  }
}
