import CZeroMQ
import Glibc

/// What a router whose peers need keys holds against one.
public enum Intrusion: Hashable, Sendable {
  /// It speaks under the name of a peer that has another key.
  case takenName
  /// It has no mark of admission: nobody was asked before it was let in.
  case unmarked
  /// Its key is not admitted any more.
  case notAdmitted
}

extension RouterSocket {
  /// Cuts the connection over which a peer speaks, if there is one.
  ///
  /// The descriptor is ZeroMQ's, which may close it at any moment, and the system may give it to
  /// another connection, or to a file. So it is duplicated first, which pins what it stands for; ZeroMQ
  /// reports the end of a connection before it closes its descriptor, so if no end is reported by
  /// then, the duplicate is of the peer's connection and of nothing else.
  public func disconnect(_ peer: PeerID) {
    guard let descriptor = connections.descriptor(of: peer) else { return }
    cut(descriptor) { $0.descriptor(of: peer) == descriptor }
  }

  /// Cuts the connection with this descriptor if, after all reports, it is still the one meant.
  func cut(_ descriptor: Int32, if isMeant: (PeerConnections) -> Bool) {
    // A flood that came before has to be read fast.
    guard !connections.isCut(descriptor) else { return }
    let duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard duplicate >= 0 else { return }
    defer { close(duplicate) }
    readReports()
    guard isMeant(connections) else { return }
    shutdown(duplicate, Int32(SHUT_RDWR))
    connections.noteCut(descriptor)
  }

  /// Whether a message is of someone who is let in, and speaks under no other's name; if not, its
  /// connection is cut.
  ///
  /// A message that waited while its connection ended may have the descriptor of another one by now.
  /// If that other one has said something, it is spared; if not, it has to connect again.
  func isAdmitted(_ frame: Frame, from peer: PeerID) -> Bool {
    frame.key = doorkeeper?.answers.key(named: frame.userID)
    guard let intrusion = intrusion(of: peer, frame.key) else { return true }
    waitingEvents.append(.intruder(peer, frame.key, intrusion))
    let (connection, key) = (frame.connection, frame.key)
    cut(connection) { $0.mayBelong(connection, to: key) }
    return false
  }

  private func intrusion(of peer: PeerID, _ key: CurveKey?) -> Intrusion? {
    guard let key else { return .unmarked }
    guard admissions?.verdict(on: key) == .admitted else { return .notAdmitted }
    // Ends that are reported set names free.
    if connections.isTaken(peer, byOtherThan: key) { readReports() }
    return connections.isTaken(peer, byOtherThan: key) ? .takenName : nil
  }

  /// Cuts off whoever is not admitted any more, once that has changed.
  func followAdmissions() {
    guard let admissions, admissions.version != admissionsSeen else { return }
    admissionsSeen = admissions.version
    for peer in connections.peers(where: { admissions.verdict(on: $0) != .admitted }) {
      disconnect(peer)
    }
  }
}

extension Frame {
  /// What the doorkeeper said of the connection that a received frame came over.
  var userID: String {
    zmq_msg_gets(message, "User-Id").map { String(cString: $0) } ?? ""
  }
}
