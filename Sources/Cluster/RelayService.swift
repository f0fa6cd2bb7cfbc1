public import Coordination
public import Logging
public import Transport
import Wire

/// A relay's process: polls both its sockets, decodes, asks the state machine, and does what it says.
///
/// What comes from the coordinator is passed on as the bytes it came in. One thread owns it all.
public final class RelayService {
  public struct Configuration: Sendable {
    /// Where the coordinator is, or another relay.
    public var address: String
    /// Where this relay runs, as `host:process`.
    public var name: String
    public var software: String
    /// How long to look for a coordinator; `nil` is for ever.
    public var loneliness: Duration?

    public init(address: String, name: String, software: String, loneliness: Duration?) {
      (self.address, self.name) = (address, name)
      (self.software, self.loneliness) = (software, loneliness)
    }
  }

  let configuration: Configuration
  let log: Logger
  let decoder = PacketDecoder(limits: Limits())
  let below: RouterSocket
  let keys: CoordinatorKeys?
  var refusals: RefusalLog
  var discipline = Discipline(PeerRules(ping: Worker.Rules().ping))
  var relay: Relay
  /// The run that the coordinator has told of; zero before.
  var run: UInt64 = 0
  var welcome: Frame?
  /// Of the round that the relay is in, and as they came last.
  var parameters: Frame?
  var arriving: Frame?
  /// What came with the leases that are held.
  var batches: [Lease.ID: (frame: Frame, sums: SumForm)] = [:]

  let uplink: Uplink
  private let wakeup: Wakeup
  private let interrupt: Interrupt
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant

  private static let tick = Duration.milliseconds(20)
  /// Frames taken in before time is looked at again.
  private static let burst = 64

  /// - Parameters:
  ///   - id: drawn at random for this life of the process.
  ///   - below: bound, for the workers.
  ///   - keys: those of `below`, if workers need any.
  public init(
    _ configuration: Configuration, id: WorkerID, context: Context, options: SocketOptions,
    below: RouterSocket, keys: CoordinatorKeys? = nil, wakeup: Wakeup, interrupt: Interrupt,
    log: Logger
  ) throws(TransportError) {
    (self.configuration, self.below, self.log) = (configuration, below, log)
    (self.keys, self.wakeup, self.interrupt) = (keys, wakeup, interrupt)
    refusals = RefusalLog(log)
    start = clock.now
    relay = Relay(
      rules: Worker.Rules(loneliness: configuration.loneliness), at: Moment(.zero))
    uplink = try Uplink(
      configuration.address, as: id, in: context, options: options, log: log)
  }

  /// Serves until dismissed, refused, interrupted, or alone for too long; answers with which.
  public func serve() -> Worker.Reason {
    defer { refusals.summarize() }
    var nextTick = now
    while true {
      _ = below.poll(wakeup, beside: uplink.socket, timeout: max(.zero, nextTick - now))
      wakeup.clear()
      noteConnections()
      for _ in 0..<Self.burst {
        if let frame = uplink.socket.receive() { receive(frame) } else { break }
      }
      takeInFromBelow()
      if interrupt.request != nil { handle(.leave) }
      if now >= nextTick {
        handle(.tick)
        tendKeys()
        uplink.tick(at: now)
        nextTick = now + Self.tick
      }
      if case .over(let reason) = relay.phase { return reason }
    }
  }

  public var counters: Relay.Counters { relay.counters }

  var now: Moment { Moment(start.duration(to: clock.now)) }

  private func noteConnections() {
    for event in uplink.events(at: now) {
      switch event {
      case .connected: handle(.connected)
      case .denied:
        handle(.above(.refused("this relay's key was revoked or struck off"), epoch: 0))
      }
    }
  }

  /// What was noticed of a peer is acted on after its last words.
  private func takeInFromBelow() {
    let noticed = below.events()
    for _ in 0..<Self.burst {
      guard let (peer, frame) = below.receive() else { break }
      supervise(frame, from: peer)
    }
    for worker in lost(among: noticed) where relay.workers.contains(worker) {
      log.info("a worker is lost", metadata: ["worker": "\(worker)"])
      handle(.lost(worker))
    }
  }

  func handle(_ event: Relay.Event) {
    for action in relay.handle(event, at: now) { perform(action) }
  }
}
