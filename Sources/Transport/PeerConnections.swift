/// Which peer speaks over which connection, so that the end of a connection is the loss of a peer.
///
/// Connections go by their file descriptors, which the system gives out anew once they are closed.
struct PeerConnections {
  private var peers: [Int32: PeerID] = [:]
  private var descriptors: [PeerID: Int32] = [:]
  private var silent: Set<Int32> = []

  func contains(_ peer: PeerID, on descriptor: Int32) -> Bool { descriptors[peer] == descriptor }

  mutating func open(_ descriptor: Int32) {
    if let former = peers.removeValue(forKey: descriptor) { descriptors[former] = nil }
    silent.insert(descriptor)
  }

  /// The peer has spoken over this connection, and no longer speaks over any other.
  mutating func record(_ peer: PeerID, on descriptor: Int32) {
    if let former = peers[descriptor] { descriptors[former] = nil }
    if let former = descriptors[peer] { peers[former] = nil }
    silent.remove(descriptor)
    peers[descriptor] = peer
    descriptors[peer] = descriptor
  }

  /// The connection has ended.
  ///
  /// - Returns: what that means, unless its peer has spoken over another since.
  mutating func close(_ descriptor: Int32) -> PeerEvent? {
    if silent.remove(descriptor) != nil { return .stranger }
    guard let peer = peers.removeValue(forKey: descriptor) else { return nil }
    descriptors[peer] = nil
    return .lost(peer)
  }
}
