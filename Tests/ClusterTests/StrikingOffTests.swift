import Coordination
import RawPeers
import Testing
import Training
import Transport
import Wire

@testable import Cluster

private func hostilities(_ run: ServedRun, _ peer: HostilePeer) -> [(String, [UInt8])] {
  [
    ("garbage", [UInt8](repeating: 7, count: 100)),
    ("a coordinator's words", peer.bytes(.pong)),
    ("a wrong length", peer.bytes(.sum([1, 2, 3]))),
    ("ping upon ping", peer.bytes(.ping(.init(round: nil, leases: [], capacity: 1)))),
    ("greeting upon greeting", peer.bytes(.hello())),
  ]
}

/// It is a member, with leases, of a run that others take part in.
@Test(arguments: 0..<5, [false, true])
func whoKeepsBreakingTheProtocolIsStruckOff(index: Int, hasKey: Bool) throws {
  let run = try ServedRun(smallPlan(steps: 40), ring: hasKey ? KeyRing() : nil)
  let peer = try HostilePeer(run, id: WorkerID(13))
  let (_, bytes) = hostilities(run, peer)[index]
  peer.send(.hello())
  _ = try run.await("member") { $0.workers == 1 ? true : nil }
  run.addWorker()
  while run.now.refused[.struckOff] == 0, run.now.outcome == nil { peer.send(bytes) }
  try run.expectRightEnd()
  let told = run.log.lines.filter { $0 == "error: struck off who breaks the protocol" }
  #expect(told.count == 1)
  if let ring = run.ring {
    #expect(ring.admissions.verdict(on: ring.hostile.publicKey) == .struckOff)
    #expect(ring.admissions.verdict(on: ring.honest.publicKey) == .admitted)
  }
}

/// Under whatever name it comes back.
@Test func aKeyThatWasStruckOffIsNotLetInAgain() throws {
  let ring = KeyRing()
  let run = try ServedRun(smallPlan(steps: 2), ring: ring)
  let peer = try HostilePeer(run, id: WorkerID(13))
  for _ in 0..<16 { peer.send(peer.bytes(.pong)) }
  peer.await(.denied)
  let again = try HostilePeer(run, id: WorkerID(14))
  again.await(.denied)
  _ = try run.await("denial") { $0.refused[.deniedKey] >= 2 ? true : nil }
  run.addWorker()
  try run.expectRightEnd()
}

/// What a worker had said before it connected anew comes under a name that ZeroMQ makes up, and must not be
/// held against anybody.
@Test func whatHasNoNameIsDroppedAndNobodyIsBlamed() throws {
  let run = try ServedRun(smallPlan(steps: 2))
  let nameless = try RawPeer(run.address)
  try nameless.greet(as: [])
  for _ in 0..<100 { nameless.say(frames: [[1]]) }
  _ = try run.await("count") { $0.refused[.foreignName] == 100 ? true : nil }
  #expect(!run.log.lines.contains { $0.contains("struck off") })
  for _ in 0..<1000 { nameless.say(frames: [[1]]) }
  #expect(nameless.isHungUp())
  run.addWorker()
  try run.expectRightEnd()
}

@Test func whoTakesAnothersNameIsNotLetInAgain() throws {
  let ring = KeyRing()
  let run = try ServedRun(smallPlan(steps: 2), ring: ring)
  let member = try HostilePeer(
    run.address, id: WorkerID(13), RunName(run.run), ring.dealer(ring.honest)
  ) { run.now.outcome == nil }
  member.send(.hello())
  _ = try run.await("member") { $0.workers == 1 ? true : nil }
  let thief = try HostilePeer(run, id: WorkerID(13))
  thief.send(.goodbye(.init(.leaving, "")))
  thief.await(.denied)
  #expect(run.now.refused[.takenName] == 1)
  run.addWorker()
  try run.expectRightEnd()
}

/// Its key does not let anybody send more than a worker of the run has to say.
@Test func anOversizedFrameOfAnAllowedKeyEndsItsConnection() throws {
  let run = try ServedRun(smallPlan(steps: 2), ring: KeyRing())
  let peer = try HostilePeer(run, id: WorkerID(13))
  peer.send([UInt8](repeating: 7, count: 1 << 20))
  peer.await(.disconnected)
  run.addWorker()
  try run.expectRightEnd()
}

// MARK: - Strangers

/// Who comes to the port of a run with keys without having any that is let in.
private let strangers: [(name: String, come: @Sendable (ServedRun, KeyRing) throws -> AnyObject)] =
  [
    ("silence", { run, _ in try RawPeer(run.address) }),
    (
      "HTTP",
      { run, _ in
        let peer = try RawPeer(run.address)
        peer.say(Array("GET / HTTP/1.1\r\nHost: coordinator\r\n\r\n".utf8))
        return peer
      }
    ),
    (
      "noise",
      { run, _ in
        let peer = try RawPeer(run.address)
        peer.say([UInt8](repeating: 0xFF, count: 3000))
        return peer
      }
    ),
    (
      "half a greeting",
      { run, _ in
        let peer = try RawPeer(run.address)
        peer.say([0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3])
        return peer
      }
    ),
    (
      "ZeroMQ without keys",
      { run, _ in
        let peer = try RawPeer(run.address)
        #expect(throws: RawPeerError.self) { try peer.greet(as: Array("w12345678".utf8)) }
        return peer
      }
    ),
    (
      "CURVE and then noise",
      { run, _ in
        let peer = try RawPeer(run.address)
        peer.greetAsCurve()
        peer.say([UInt8](repeating: 0xFF, count: 3000))
        return peer
      }
    ),
    (
      "CURVE and then a huge frame",
      { run, _ in
        let peer = try RawPeer(run.address)
        peer.greetAsCurve()
        peer.announce(count: 1 << 40)
        return peer
      }
    ),
    (
      "CURVE and then silence",
      { run, _ in
        let peer = try RawPeer(run.address)
        peer.greetAsCurve()
        return peer
      }
    ),
    ("a worker without keys", { run, _ in try stranger(run, .none) }),
    (
      "another coordinator's key",
      { run, ring in try stranger(run, .dealer(ring.honest, to: KeyPair.random().publicKey)) }
    ),
    ("an unknown key", { run, ring in try stranger(run, ring.dealer(.random())) }),
    (
      "a revoked key",
      { run, ring in
        let keys = KeyPair.random()
        ring.admissions.set(
          admitted: [ring.honest.publicKey, keys.publicKey], revoked: [keys.publicKey])
        return try stranger(run, ring.dealer(keys))
      }
    ),
  ]

private func stranger(_ run: ServedRun, _ identification: Identification) throws -> HostilePeer {
  let peer = try HostilePeer(
    run.address, id: WorkerID(13), RunName(run.run), identification
  ) { run.now.outcome == nil }
  peer.sendIfPossible(.hello())
  return peer
}

/// Many at once, while an honest worker computes; slow ones are cut off when their time is up.
@Test(arguments: strangers.indices)
func strangersDoNotGetInAndChangeNoBit(index: Int) throws {
  let ring = KeyRing()
  let run = try ServedRun(smallPlan(steps: 60), ring: ring)
  var crowd: [AnyObject] = []
  for _ in 0..<8 { crowd.append(try strangers[index].come(run, ring)) }
  run.addWorker()
  while run.now.outcome == nil, crowd.count < 64 {
    crowd.append(try strangers[index].come(run, ring))
  }
  for case let peer as RawPeer in crowd.prefix(8) { #expect(peer.isHungUp()) }
  try run.expectRightEnd()
  let counters = run.now.counters
  #expect(counters.joined - counters.left - counters.lost == 1)
}

/// Drips its greeting, a byte at a time, for longer than a handshake may last.
@Test(arguments: [false, true])
func aSlowGreetingIsCutOff(hasKeys: Bool) throws {
  let run = try ServedRun(smallPlan(steps: 2), ring: hasKeys ? KeyRing() : nil)
  #expect(try RawPeer(run.address).drip(0xFF, every: .milliseconds(50), atMost: 600))
  _ = try run.await("count") { $0.refused[.wordlessConnection] == 1 ? true : nil }
  run.addWorker()
  try run.expectRightEnd()
}
