import Coordination
import Logging
import Transport
import Wire

/// The connection of a worker, or a relay, to what is above it, made anew whenever that is needed.
///
/// Belongs to one thread, as its socket does.
final class Uplink {
  enum Event {
    case connected
    /// Whoever listens there will never let this process in.
    case denied
  }

  let address: String
  private(set) var socket: DealerSocket
  private let id: WorkerID
  private let context: Context
  private let options: SocketOptions
  private let log: Logger
  /// When to connect anew after a refusal.
  private var nextAttempt: Moment?

  private static let attemptPause = Duration.seconds(3)

  init(
    _ address: String, as id: WorkerID, in context: Context, options: SocketOptions, log: Logger
  ) throws(TransportError) {
    (self.address, self.id, self.context) = (address, id, context)
    (self.options, self.log) = (options, log)
    Turn.short.adopt()
    socket = DealerSocket(in: context, name: id.peer, options: options)
    try socket.connect(address)
  }

  func send(_ packet: Packet) {
    let outcome = Wire.withEncoding(of: packet) { encoding in
      socket.send(encoding.byteCount) { encoding.write(to: $0) }
    }
    if outcome != .sent { log.debug("a message found no way out") }
  }

  /// What happened to the connection since the last call.
  func events(at now: Moment) -> [Event] {
    socket.events().compactMap { event in
      switch event {
      case .connected:
        nextAttempt = nil
        log.debug("connected to \(address)")
        return .connected
      case .denied: return .denied
      case .refused: noteRefusal(at: now)
      case .disconnected: log.info("waiting for a coordinator at \(address)")
      case .retrying: break
      }
      return nil
    }
  }

  /// ZeroMQ does not try again after some refusals; but the other side may get other keys.
  private func noteRefusal(at now: Moment) {
    guard nextAttempt == nil else { return }
    nextAttempt = now + Self.attemptPause
    log.warning(
      """
      refused by what listens at \(address): is the coordinator's public key the \
      right one, and this process's allowed there?
      """)
  }

  /// Tries again after a refusal, once it is time.
  func tick(at now: Moment) {
    if let nextAttempt, now >= nextAttempt { connectAnew() }
  }

  func reconnect() {
    log.info("the coordinator at \(address) is silent; connecting anew")
    connectAnew()
  }

  private func connectAnew() {
    nextAttempt = nil
    let fresh = DealerSocket(in: context, name: id.peer, options: options)
    do {
      try fresh.connect(address)
      socket = fresh
    } catch { log.warning("could not connect", metadata: ["why": "\(error)"]) }
  }
}
