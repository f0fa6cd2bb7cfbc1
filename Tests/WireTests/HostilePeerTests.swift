import RawPeers
import Testing
import Transport

/// Fails unless the router still serves an honest peer.
private func expectHonestIsServed(_ exchange: Exchange) throws {
  let honest = try exchange.dealer("honest")
  #expect(try exchange.echo([1, 2, 3], from: honest) == [1, 2, 3])
}

private let junk: [[UInt8]] = [
  Array("GET / HTTP/1.1\r\nHost: coordinator\r\n\r\n".utf8),
  Array("SSH-2.0-OpenSSH_9.2\r\n".utf8),
  [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03],
  [UInt8](repeating: 0xFF, count: 4096),
  [UInt8](repeating: 0, count: 4096),
]

@Test(arguments: junk.indices)
func junkOnThePortIsCutOffAndTheOthersAreServed(index: Int) throws {
  let exchange = try Exchange()
  let stranger = try RawPeer(exchange.address)
  stranger.say(junk[index])
  try expectHonestIsServed(exchange)
  #expect(stranger.isHungUp())
  try exchange.await("report") { exchange.events.contains(.stranger) ? () : nil }
  #expect(exchange.router.refusedMessages == 0)
}

@Test(arguments: 0..<32)
func randomBytesOnThePortHurtNobody(seed: UInt64) throws {
  var state = seed
  let bytes = (0..<2000).map { _ -> UInt8 in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt8(truncatingIfNeeded: state >> 33)
  }
  let exchange = try Exchange()
  let (fresh, greeted) = (try RawPeer(exchange.address), try RawPeer(exchange.address))
  fresh.say(bytes)
  try greeted.greet(as: [UInt8(seed) + 1])
  greeted.say(bytes)
  _ = exchange.router.poll(exchange.wakeup, timeout: .milliseconds(1))
  let honest = try exchange.dealer("honest")
  try exchange.send([9], from: honest)
  try exchange.await("honest message") {
    exchange.router.receive()?.peer.bytes == Array("honest".utf8) ? () : nil
  }
}

@Test func aConnectionThatSaysNothingIsClosed() throws {
  let exchange = try Exchange()
  let mute = try RawPeer(exchange.address)
  #expect(mute.isHungUp())
  try exchange.await("report") { exchange.events == [.stranger] ? () : nil }
}

@Test(arguments: [UInt64(1) << 27, 1 << 40, 1 << 63, .max])
func aFrameAnnouncedTooLongIsNotWaitedFor(count: UInt64) throws {
  let exchange = try Exchange()
  let liar = try RawPeer(exchange.address)
  try liar.greet(as: [1])
  liar.announce(count: count)
  #expect(liar.isHungUp())
  try expectHonestIsServed(exchange)
}

@Test func aFrameTooLongIsDroppedAndItsSenderMayComeBack() throws {
  var options = quick
  options.maximumFrameBytes = 1000
  let exchange = try Exchange(options: options)
  let dealer = try exchange.dealer("one")
  #expect(try exchange.echo(pattern(1000), from: dealer).count == 1000)
  try exchange.send(pattern(1001), from: dealer)
  try exchange.await(.disconnected, .connected, of: dealer)
  #expect(try exchange.echo([4], from: dealer) == [4])
}

@Test func aMessageOfSeveralFramesIsDroppedWhole() throws {
  let exchange = try Exchange()
  let peer = try RawPeer(exchange.address)
  try peer.greet(as: [1])
  peer.say(frames: [[1], [2]])
  peer.say(frames: [[3]])
  peer.say(frames: [[4], [], [5], [6]])
  peer.say(frames: [[7]])
  #expect(try exchange.received().bytes == [3])
  #expect(try exchange.received().bytes == [7])
  #expect(exchange.router.refusedMessages == 2)
}

/// ZeroMQ would keep all of them, for ever.
@Test func aMessageThatNeverEndsIsCutOff() throws {
  var options = quick
  options.maximumFrameBytes = 1 << 20
  let exchange = try Exchange(options: options)
  let peer = try RawPeer(exchange.address)
  try peer.greet(as: [1])
  peer.say(frames: [[1]])
  #expect(try exchange.received().bytes == [1])
  let frame = [UInt8](repeating: 7, count: 1 << 20)
  var count = 0
  try exchange.await("end") {
    peer.announce(count: UInt64(frame.count), hasMore: true)
    peer.say(frame)
    count += 1
    #expect(exchange.router.receive() == nil)
    return exchange.events.contains(.unreadable(try WireTests.peer("\u{1}"), nil)) ? () : nil
  }
  #expect(peer.isHungUp())
  #expect(count > 16)
  try expectHonestIsServed(exchange)
}

/// However much it says.
@Test func aPeerThatIsReadDoesNotHoard() throws {
  var options = quick
  options.maximumFrameBytes = 1 << 20
  let exchange = try Exchange(options: options)
  let dealer = try exchange.dealer("one")
  for _ in 0..<100 {
    #expect(try exchange.echo([UInt8](repeating: 7, count: 1 << 20), from: dealer).count == 1 << 20)
  }
  #expect(exchange.events.isEmpty)
}

@Test func aFloodOfRefusedMessagesHoldsNobodyUp() throws {
  let exchange = try Exchange()
  let peer = try RawPeer(exchange.address)
  try peer.greet(as: [1])
  for _ in 0..<1000 { peer.say(frames: [[1], [2]]) }
  try expectHonestIsServed(exchange)
  try exchange.await("refusals") {
    exchange.router.receive() == nil && exchange.router.refusedMessages == 1000 ? () : nil
  }
}

@Test func aPeerWithANameTooLongIsRefused() throws {
  let exchange = try Exchange()
  let peer = try RawPeer(exchange.address)
  try peer.greet(as: pattern(17))
  peer.say(frames: [[1]])
  try exchange.await("refusal") {
    exchange.router.receive() == nil && exchange.router.refusedMessages == 1 ? () : nil
  }
}

@Test func aPeerWithoutANameIsGivenOne() throws {
  let exchange = try Exchange()
  let peer = try RawPeer(exchange.address)
  try peer.greet(as: [])
  peer.say(frames: [[1]])
  let name = try exchange.received().peer
  #expect(name.bytes.first == 0)
  #expect(exchange.router.send(Frame([2]), to: name) == .sent)
}
