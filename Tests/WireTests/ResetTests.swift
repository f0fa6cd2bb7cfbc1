import RawPeers
import Testing
import Transport

/// Connections that are reset while nobody takes in what they say. With a limit of frames received and
/// with heartbeats, libzmq 4.3.4 ends the process in each of these tests; see `SocketOptions`.
@Suite struct ResetTests {
  /// More frames than any queue that has a limit.
  @Test func resetConnectionsWithUnreadFramesEndNothing() throws {
    let exchange = try Exchange()
    let peers = try (1...UInt8(32)).map { number in
      let peer = try RawPeer(exchange.address)
      try peer.greet(as: [number])
      return peer
    }
    for _ in 0..<2000 { for peer in peers { peer.say(frames: [[7]]) } }
    for peer in peers { peer.reset() }
    try exchange.await("ends") { exchange.events.count == peers.count ? () : nil }
    let honest = try exchange.dealer("honest")
    try exchange.send([9], from: honest)
    try exchange.await("honest message") {
      exchange.router.receive()?.peer.bytes == Array("honest".utf8) ? () : nil
    }
  }

  /// A connection whose name another one took over leads nowhere.
  @Test func aResetConnectionThatLostItsNameEndsNothing() throws {
    let exchange = try Exchange()
    for _ in 0..<32 {
      let former = try RawPeer(exchange.address)
      try former.greet(as: [1])
      former.say(frames: [[1]])
      #expect(try exchange.received().bytes == [1])
      let latter = try RawPeer(exchange.address)
      try latter.greet(as: [1])
      latter.say(frames: [[2]])
      #expect(try exchange.received().bytes == [2])
      former.say(frames: [[3]])
      former.reset()
    }
    let honest = try exchange.dealer("honest")
    #expect(try exchange.echo([9], from: honest) == [9])
  }
}
