import CWire
import Coordination
import Training
import Transport
import Wire

@testable import Cluster

/// Someone who speaks ZeroMQ under a worker's name, and then says what no worker would.
final class HostilePeer {
  let id: WorkerID
  private let socket: DealerSocket
  private let wakeup = Wakeup()
  private let isThere: () -> Bool
  private let name: RunName

  convenience init(_ run: ServedRun, id: WorkerID) throws {
    try self.init(run.address, id: id, RunName(run.run), run.ring?.dealer(run.ring?.hostile)) {
      run.now.outcome == nil
    }
  }

  /// - Parameter isThere: whether there is still a coordinator to talk to.
  init(
    _ address: String, id: WorkerID, _ name: RunName, _ identification: Identification? = nil,
    isThere: @escaping () -> Bool
  ) throws {
    (self.id, self.name, self.isThere) = (id, name, isThere)
    socket = DealerSocket(
      in: Context(), name: id.peer, options: SocketOptions().with(identification ?? .none))
    try socket.connect(address)
  }

  /// Sends bytes, whatever they are, as soon as there is room for them, or never after the end.
  func send(_ bytes: [UInt8]) {
    let frame = Frame(bytes)
    while socket.send(frame) == .full, isThere() {
      _ = socket.events()
      _ = socket.poll(wakeup, timeout: .milliseconds(1))
    }
  }

  /// Sends a message if there is a connection.
  func sendIfPossible(_ message: Message) { _ = socket.send(Frame(bytes(message))) }

  func send(_ message: Message, run: UInt64? = nil, epoch: UInt32 = 3) {
    send(bytes(message, run: run, epoch: epoch))
  }

  func bytes(_ message: Message, run: UInt64? = nil, epoch: UInt32 = 3) -> [UInt8] {
    Wire.encode(Packet(run: run ?? name.run, epoch: epoch, message))
  }

  /// Waits until this has happened to its connection.
  func await(_ awaited: ConnectionEvent) {
    while isThere() {
      if socket.events().contains(awaited) { return }
      _ = socket.poll(wakeup, timeout: .milliseconds(1))
    }
  }

  /// The next message from the coordinator; nil after the end, or if there is none for a while.
  func receive() throws -> Message? {
    let end = ContinuousClock.now + .milliseconds(300)
    while isThere(), ContinuousClock.now < end {
      if let frame = socket.receive() {
        return try frame.decoded(by: PacketDecoder(limits: Limits())).message
      }
      _ = socket.events()
      _ = socket.poll(wakeup, timeout: .milliseconds(1))
    }
    return nil
  }
}

extension Message {
  static func hello(
    capacity: Int = 1, numerics: UInt32 = numericsVersion, draws: Bool = false
  ) -> Message {
    .hello(
      .init(
        numerics: numerics, software: "hostile", name: "h:1", capacity: capacity, draws: draws))
  }

  static func sum(_ values: [Float], lease: UInt64 = 3 << 32, tasks: Range<Int> = 0..<7) -> Message
  {
    .metaGradient(
      .init(round: 0, leases: [lease], tasks: tasks, time: .milliseconds(1), outcome: .sum(values)))
  }
}

extension [UInt8] {
  /// With a fresh checksum at its end.
  var sealed: [UInt8] {
    let content = dropLast(5)
    let checksum = content.withUnsafeBytes { ol_crc32c(0, $0.baseAddress, $0.count) }
    return content + [15 << 3 | 5] + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) }
  }

  /// With the first float of value `old` replaced.
  func replacing(_ old: Float, by new: Float) -> [UInt8] {
    func bytes(_ value: Float) -> [UInt8] {
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }
    var copy = self
    for range in indices.dropLast(3).map({ $0..<$0 + 4 }) where Array(self[range]) == bytes(old) {
      copy.replaceSubrange(range, with: bytes(new))
      break
    }
    return copy
  }
}
