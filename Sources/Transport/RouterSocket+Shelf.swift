extension RouterSocket {
  /// Lays a frame where the peer reads it, and tells it so; nothing if it has to be sent whole.
  func lend(_ frame: Frame, to peer: PeerID) -> SendOutcome? {
    guard links[peer]?.isRead ?? false, let shelf, let page = shelf.lay(frame) else { return nil }
    let outcome = send(.page(page), to: peer)
    if outcome == .sent { frame.clear() } else { shelf.takeBack(page) }
    return outcome
  }

  /// Does what a slip asks for; if it stands for a frame, that is the answer.
  func follow(_ slip: Slip, in frame: Frame, from peer: PeerID) -> Frame? {
    let link = links[peer]
    switch slip {
    case .offer(let name):
      if link != nil { distrust(peer, frame) }
      accept(name, from: peer, over: frame.connection)
    case .readiness: if !links.noteReader(peer) { distrust(peer, frame) }
    case .page(let page):
      if let frame = link?.theirs.fetch(page, of: frame, atMost: maximumFrameBytes) { return frame }
      distrust(peer, frame)
      _ = send(.miss, to: peer)
    case .acceptance, .miss: distrust(peer, frame)
    }
    return nil
  }

  private func accept(_ name: ShelfName, from peer: PeerID, over connection: Int32) {
    guard let theirs = LentShelf(name, over: connection), let shelf,
      send(.acceptance(shelf.name), to: peer) == .sent
    else { return }
    links.begin(ShelfLink(theirs: theirs, connection: connection, isRead: false), with: peer)
  }

  /// Notes that a message of the peer's was none.
  func distrust(_ peer: PeerID, _ frame: Frame) {
    waitingEvents.append(.unreadable(peer, doorkeeper?.answers.key(named: frame.userID)))
  }
}
