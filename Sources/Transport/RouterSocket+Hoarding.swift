import CZeroMQ

extension RouterSocket {
  /// How long a connection may hoard before it is looked at again.
  private static let pause = Duration.milliseconds(200)
  /// What lies in the system's buffers is no hoard.
  private static let systemBytes = 16 << 20

  /// Cuts connections over which much more came than is part of messages.
  ///
  /// ZeroMQ keeps the frames of a message until the last of them has come, and limits neither their
  /// number nor what they come to; nobody but it can see them. The system, though, tells how much came
  /// over a connection of TCP. Called when all whole messages have been read, so that what is left is
  /// in the system's buffers, or a message under way, or hoarded.
  func cutHoarders() {
    let now = ContinuousClock.now
    guard now >= nextHoardCheck else { return }
    nextHoardCheck = now + Self.pause
    let limit = Self.systemBytes + 2 * maximumFrameBytes
    for descriptor in connections.hoarding(over: limit, received: received) {
      refusedMessages += 1
      if let (peer, key) = connections.speaker(on: descriptor) {
        waitingEvents.append(.unreadable(peer, key))
      }
      cut(descriptor) { $0.hoarding(over: limit, received: received).contains(descriptor) }
    }
  }
}

private func received(_ descriptor: Int32) -> Int? {
  let count = ol_tcp_bytes_received(descriptor)
  return count < 0 ? nil : Int(count)
}
