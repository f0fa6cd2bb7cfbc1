import CZeroMQ
import Foundation
import RawPeers
import Testing

@testable import Transport

/// A router that needs keys, and dealers that have some.
final class KeyedExchange {
  let keys = KeyPair.random()
  let admissions = Admissions()
  let exchange: Exchange

  init(_ address: String = "tcp://127.0.0.1:*") throws {
    var options = quick
    options.identification = .router(keys, admitting: admissions)
    exchange = try Exchange(address, options: options)
  }

  func dealer(
    _ name: String, _ keys: KeyPair, to router: CurveKey? = nil
  ) throws -> DealerSocket {
    var options = quick
    options.identification = .dealer(keys, to: router ?? self.keys.publicKey)
    return try exchange.dealer(name, options: options)
  }

  func admit(_ keys: KeyPair...) {
    admissions.set(admitted: Set(keys.map(\.publicKey)), revoked: [])
  }

  /// Fails unless an honest peer is still served.
  func expectHonestIsServed() throws {
    let honest = KeyPair.random()
    admit(honest)
    let dealer = try dealer("honest", honest)
    #expect(try exchange.echo([1, 2, 3], from: dealer) == [1, 2, 3])
  }

  func await(_ denial: Admissions.Denial.Reason) throws {
    try exchange.await("denial") {
      admissions.takeDenials().first.contains { $0.reason == denial } ? () : nil
    }
  }

  func await(_ intrusion: Intrusion) throws -> CurveKey? {
    try exchange.await("intrusion") {
      #expect(exchange.router.receive() == nil)
      for case .intruder(_, let key, intrusion) in exchange.events { return .some(key) }
      return nil
    }
  }
}

@Test(arguments: ["tcp://127.0.0.1:*", "ipc"])
func aMessageTellsTheKeyOfItsSender(transport: String) throws {
  let directory = try Directory()
  let keyed = try KeyedExchange(transport == "ipc" ? "ipc://\(directory.path)/s" : transport)
  let (one, two) = (KeyPair.random(), KeyPair.random())
  keyed.admit(one, two)
  let dealers = [(try keyed.dealer("one", one), one), (try keyed.dealer("two", two), two)]
  for (dealer, keys) in dealers {
    try keyed.exchange.send(pattern(10_000), from: dealer)
    let (_, frame) = try keyed.exchange.await("message") { keyed.exchange.router.receive() }
    #expect(frame.key == keys.publicKey)
    #expect(bytes(frame) == pattern(10_000))
  }
}

@Test func anUnknownKeyIsLetInOnceItIsAllowed() throws {
  let keyed = try KeyedExchange()
  let keys = KeyPair.random()
  let dealer = try keyed.dealer("late", keys)
  try keyed.await(.key(keys.publicKey, .unknown))
  try keyed.exchange.await(.retrying, of: dealer)
  keyed.admit(keys)
  #expect(try keyed.exchange.echo([1], from: dealer) == [1])
}

@Test func aRevokedKeyIsToldSo() throws {
  let keyed = try KeyedExchange()
  let keys = KeyPair.random()
  keyed.admissions.set(admitted: [keys.publicKey], revoked: [keys.publicKey])
  let dealer = try keyed.dealer("revoked", keys)
  try keyed.await(.key(keys.publicKey, .revoked))
  try keyed.exchange.await(.denied, of: dealer)
  try keyed.expectHonestIsServed()
}

@Test(arguments: [true, false])
func whoIsConnectedWhenItsKeyIsTakenAwayIsCutOff(isStruckOff: Bool) throws {
  let keyed = try KeyedExchange()
  let keys = KeyPair.random()
  keyed.admit(keys)
  let dealer = try keyed.dealer("member", keys)
  #expect(try keyed.exchange.echo([1], from: dealer) == [1])
  if isStruckOff {
    keyed.admissions.strikeOff(keys.publicKey)
    keyed.admit(keys)
  } else {
    keyed.admissions.set(admitted: [], revoked: [keys.publicKey])
  }
  try keyed.exchange.await(.disconnected, .denied, of: dealer)
  try keyed.exchange.await("loss") {
    keyed.exchange.events.contains(.lost(try peer("member"))) ? () : nil
  }
  try keyed.expectHonestIsServed()
}

/// Its message waits when the key is taken away.
@Test func theLastWordsOfARevokedKeyAreNotHeard() throws {
  let keyed = try KeyedExchange()
  let keys = KeyPair.random()
  keyed.admit(keys)
  let dealer = try keyed.dealer("member", keys)
  #expect(try keyed.exchange.echo([1], from: dealer) == [1])
  try keyed.exchange.send([2], from: dealer)
  #expect(keyed.exchange.router.poll(keyed.exchange.wakeup, timeout: .seconds(20)).contains(.frame))
  keyed.admissions.set(admitted: [], revoked: [])
  #expect(try keyed.await(.notAdmitted) == keys.publicKey)
}

@Test func aNameBelongsToTheKeyThatUsesIt() throws {
  let keyed = try KeyedExchange()
  let (owner, thief) = (KeyPair.random(), KeyPair.random())
  keyed.admit(owner, thief)
  let dealer = try keyed.dealer("name", owner)
  #expect(try keyed.exchange.echo([1], from: dealer) == [1])
  do {
    let impostor = try keyed.dealer("name", thief)
    try keyed.exchange.send([2], from: impostor)
    #expect(try keyed.await(.takenName) == thief.publicKey)
    try keyed.exchange.await(.disconnected, of: impostor)
  }
  #expect(try keyed.exchange.echo([3], from: keyed.dealer("name", owner)) == [3])
}

@Test func aClientWithAnotherRoutersKeyGetsNowhere() throws {
  let keyed = try KeyedExchange()
  let keys = KeyPair.random()
  keyed.admit(keys)
  let dealer = try keyed.dealer("misled", keys, to: KeyPair.random().publicKey)
  try keyed.exchange.await(.refused, of: dealer)
  try keyed.expectHonestIsServed()
}

@Test func aClientWithoutKeysGetsNowhere() throws {
  let keyed = try KeyedExchange()
  let dealer = try keyed.exchange.dealer("plain")
  try keyed.exchange.await(.refused, of: dealer)
  let raw = try RawPeer(keyed.exchange.address)
  #expect(throws: RawPeerError.self) { try raw.greet(as: [1]) }
  #expect(raw.isHungUp())
  try keyed.expectHonestIsServed()
}

@Test func aClientWithKeysTrustsNoRouterWithout() throws {
  let exchange = try Exchange()
  var options = quick
  options.identification = .dealer(.random(), to: KeyPair.random().publicKey)
  let dealer = try exchange.dealer("careful", options: options)
  try exchange.await(.refused, of: dealer)
  #expect(dealer.send(Frame([1])) == .full)
}

/// Without anybody to ask, ZeroMQ lets everybody in.
@Test func withoutADoorkeeperNobodyIsHeard() throws {
  let keyed = try KeyedExchange()
  let keys = KeyPair.random()
  keyed.admit(keys)
  try #require(keyed.exchange.router.doorkeeper).leave()
  let dealer = try keyed.dealer("early", keys)
  let frame = Frame([1])
  try keyed.exchange.await("intrusion") {
    _ = dealer.send(frame)
    #expect(keyed.exchange.router.receive() == nil)
    return keyed.exchange.events.contains { event in
      if case .intruder(_, nil, .unmarked) = event { true } else { false }
    } ? () : nil
  }
}

// MARK: The questions

private let id = Array("1".utf8)

private func question(_ key: CurveKey) -> [[UInt8]] {
  [
    Array("1.0".utf8), id, Array("outerloop".utf8), Array("10.0.0.7".utf8), [], Array("CURVE".utf8),
    key.bytes,
  ]
}

@Test func questionsAreAnsweredByTheList() throws {
  let keys = (0..<4).map { _ in KeyPair.random().publicKey }
  let admissions = Admissions(admitting: [keys[0], keys[2], keys[3]], revoked: [keys[2]])
  admissions.strikeOff(keys[3])
  let answers = ZapAnswers(admissions)
  let codes = keys.map { String(decoding: answers.answer(question($0))[2], as: UTF8.self) }
  #expect(codes == ["200", "300", "400", "400"])
  let answer = answers.answer(question(keys[0]))
  #expect(answer.count == 6)
  #expect(answer[0] == Array("1.0".utf8) && answer[1] == id)
  #expect(answers.key(named: String(decoding: answer[4], as: UTF8.self)) == keys[0])
}

/// What a peer may call itself counts for nothing.
@Test func onlyThisProcessCanMarkAMessage() throws {
  let key = KeyPair.random().publicKey
  let (ours, others) = (
    ZapAnswers(Admissions(admitting: [key])), ZapAnswers(Admissions(admitting: [key]))
  )
  let mark = String(decoding: others.answer(question(key))[4], as: UTF8.self)
  #expect(others.key(named: mark) == key)
  for forged in [mark, key.description, ":\(key)", ""] { #expect(ours.key(named: forged) == nil) }
}

@Test(arguments: 0..<7)
func aQuestionThatIsNoneIsDenied(index: Int) throws {
  let key = KeyPair.random().publicKey
  let admissions = Admissions(admitting: [key])
  let answers = ZapAnswers(admissions)
  let right = question(key)
  var wrong = [Array(right[..<index]), right + [[]], []]
  for frame in [[], [0], Array("NULL".utf8), [UInt8](repeating: 7, count: 300)] {
    wrong.append(right)
    wrong[wrong.count - 1][index] = frame
  }
  // Any id, address and routing id will do.
  let isFree = [1, 3, 4].contains(index)
  for frames in isFree ? Array(wrong.prefix(3)) + [wrong[6]] : wrong {
    #expect(answers.answer(frames)[2] == Array("400".utf8), "\(frames)")
  }
  #expect(admissions.takeDenials().first.allSatisfy { $0.reason == .malformed })
}
