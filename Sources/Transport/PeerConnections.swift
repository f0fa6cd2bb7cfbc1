/// Which peer speaks over which connection, so that the end of a connection is the loss of a peer.
///
/// Connections go by their file descriptors, which the system gives out anew once they are closed.
struct PeerConnections {
  private struct Line {
    var descriptor: Int32
    /// Whose the peer is, if it showed a key.
    var key: CurveKey?
  }

  private var peers: [Int32: PeerID] = [:]
  private var lines: [PeerID: Line] = [:]
  private var silent: Set<Int32> = []
  /// What was cut; what had come before may still have to be read.
  private var cut: Set<Int32> = []
  /// Bytes of the messages that have been read, and what may have gone with them, by open connection.
  fileprivate var heard: [Int32: Int] = [:]

  func contains(_ peer: PeerID, _ key: CurveKey?, on descriptor: Int32) -> Bool {
    lines[peer].map { $0.descriptor == descriptor && $0.key == key } ?? false
  }

  /// The connection over which the peer speaks.
  func descriptor(of peer: PeerID) -> Int32? { lines[peer]?.descriptor }

  /// Whether a name is in use by someone with another key.
  func isTaken(_ peer: PeerID, byOtherThan key: CurveKey?) -> Bool {
    lines[peer].map { $0.key != key } ?? false
  }

  /// Peers whose keys are of a kind, in order.
  func peers(where isMeant: (CurveKey) -> Bool) -> [PeerID] {
    lines.filter { $0.value.key.map(isMeant) ?? false }.keys.sorted()
  }

  /// Whether a connection is open of which nobody, or somebody with this key, has spoken.
  func mayBelong(_ descriptor: Int32, to key: CurveKey?) -> Bool {
    guard let peer = peers[descriptor] else { return silent.contains(descriptor) }
    return lines[peer]?.key == key
  }

  func isCut(_ descriptor: Int32) -> Bool { cut.contains(descriptor) }

  mutating func noteCut(_ descriptor: Int32) { cut.insert(descriptor) }

  mutating func open(_ descriptor: Int32) {
    cut.remove(descriptor)
    heard[descriptor] = 0
    if let former = peers.removeValue(forKey: descriptor) { lines[former] = nil }
    silent.insert(descriptor)
  }

  /// The peer has spoken over this connection, and no longer speaks over any other.
  mutating func record(_ peer: PeerID, _ key: CurveKey?, on descriptor: Int32) {
    if let former = peers[descriptor] { lines[former] = nil }
    if let former = lines[peer] { peers[former.descriptor] = nil }
    silent.remove(descriptor)
    peers[descriptor] = peer
    lines[peer] = Line(descriptor: descriptor, key: key)
  }

  /// The connection has ended.
  ///
  /// - Returns: what that means, unless its peer has spoken over another since.
  mutating func close(_ descriptor: Int32) -> PeerEvent? {
    cut.remove(descriptor)
    heard[descriptor] = nil
    if silent.remove(descriptor) != nil { return .stranger }
    guard let peer = peers.removeValue(forKey: descriptor) else { return nil }
    lines[peer] = nil
    return .lost(peer)
  }
}

extension PeerConnections {
  /// More than ZeroMQ and CURVE add to a message.
  private static let mostOverhead = 512

  mutating func hear(_ bytes: Int, on descriptor: Int32) {
    guard let before = heard[descriptor] else { return }
    heard[descriptor] = before + bytes + Self.mostOverhead
  }

  /// Connections over which more than `limit` bytes came that are part of no message read so far.
  func hoarding(over limit: Int, received: (Int32) -> Int?) -> [Int32] {
    heard.filter { descriptor, heard in received(descriptor).map { $0 - heard > limit } ?? false }
      .keys.sorted()
  }

  /// Who speaks over a connection, and with which key.
  func speaker(on descriptor: Int32) -> (peer: PeerID, key: CurveKey?)? {
    peers[descriptor].map { ($0, lines[$0]?.key) }
  }
}
