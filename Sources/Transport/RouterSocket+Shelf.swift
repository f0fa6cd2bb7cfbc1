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
    switch (slip, links[peer]) {
    case (.offer(let name), nil):
      guard let theirs = LentShelf(name, over: frame.connection), let shelf,
        send(.acceptance(shelf.name), to: peer) == .sent
      else { break }
      links[peer] = ShelfLink(theirs: theirs, isRead: false)
    case (.readiness, let link?) where !link.isRead: links[peer]?.isRead = true
    case (.page(let page), let link?):
      if let frame = link.theirs.fetch(page, of: frame, atMost: maximumFrameBytes) { return frame }
      distrust(peer, frame)
    case (.offer, _?), (.acceptance, _), (.readiness, _), (.page, nil): distrust(peer, frame)
    }
    return nil
  }

  /// Notes that a message of the peer's was none.
  func distrust(_ peer: PeerID, _ frame: Frame) {
    waitingEvents.append(.unreadable(peer, doorkeeper?.answers.key(named: frame.userID)))
  }
}
