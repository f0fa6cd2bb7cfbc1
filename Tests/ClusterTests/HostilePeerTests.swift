import Coordination
import RawPeers
import Testing
import Training
import Transport
import Wire

@testable import Cluster

/// What hostile peers do, and what it is to be counted as.
struct Attack: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var kind: Refusals.Kind
  var commit: @Sendable (ServedRun, HostilePeer) throws -> Void

  init(
    _ name: String, _ kind: Refusals.Kind,
    _ commit: @escaping @Sendable (ServedRun, HostilePeer) throws -> Void
  ) {
    (testDescription, self.kind, self.commit) = (name, kind, commit)
  }
}

private func junk(_ bytes: [UInt8]) -> @Sendable (ServedRun, HostilePeer) throws -> Void {
  { run, _ in
    let peer = try RawPeer(run.address)
    peer.say(bytes)
  }
}

private func frame(
  _ bytes: @escaping @Sendable (ServedRun, HostilePeer) -> [UInt8]
) -> @Sendable (ServedRun, HostilePeer) throws -> Void {
  { run, peer in peer.send(bytes(run, peer)) }
}

extension ServedRun {
  /// Waits until something was refused of what is said: a connection must not be closed before.
  fileprivate func awaitRefusal(of saying: () -> Void) throws {
    let before = now.refused.total
    saying()
    _ = try self.await("count") { $0.refused.total > before || $0.outcome != nil ? true : nil }
  }
}

private func values(_ run: ServedRun) -> [Float] {
  [Float](repeating: 0.25, count: run.run.trainer.sums.count)
}

private let attacks = [
  Attack(
    "HTTP", .wordlessConnection, junk(Array("GET / HTTP/1.1\r\nHost: coordinator\r\n\r\n".utf8))),
  Attack("SSH", .wordlessConnection, junk(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8))),
  Attack("noise", .wordlessConnection, junk([UInt8](repeating: 0xFF, count: 3000))),
  Attack("two frames", .severalFrames) { run, _ in
    let peer = try RawPeer(run.address)
    try peer.greet(as: [UInt8(ascii: "w"), 0, 0, 0, 0, 0, 0, 0, 77])
    try run.awaitRefusal { peer.say(frames: [[1], [2]]) }
  },
  Attack("a stranger's name", .foreignName) { run, _ in
    let peer = try RawPeer(run.address)
    try peer.greet(as: Array("admin".utf8))
    try run.awaitRefusal { peer.say(frames: [[1]]) }
  },
  Attack("truncated", .damaged, frame { run, peer in peer.bytes(.sum(values(run))).dropLast(9) }),
  Attack("cut to nothing", .malformed, frame { _, _ in [] }),
  Attack(
    "a bit flipped", .damaged,
    frame { run, peer in
      var bytes = peer.bytes(.sum(values(run)))
      bytes[bytes.count / 2] ^= 4
      return bytes
    }),
  Attack(
    "another version", .protocolVersion,
    frame { _, peer in [8, UInt8(Wire.version) + 1] + peer.bytes(.pong).dropFirst(2) }),
  Attack(
    "sealed nonsense", .malformed,
    frame { _, peer in (peer.bytes(.pong).dropLast(5) + [255, 255, 0, 0, 0, 0]).sealed }),
  Attack(
    "too many leases", .tooLarge,
    frame { _, peer in
      peer.bytes(.ping(.init(round: 0, leases: Array(0...UInt64(Limits().leases)), capacity: 1)))
    }),
  Attack(
    "not a number", .notFinite,
    frame { run, peer in
      peer.bytes(.sum(values(run))).replacing(0.25, by: .nan).sealed
    }),
  Attack(
    "infinite", .notFinite,
    frame { run, peer in
      peer.bytes(.sum(values(run))).replacing(0.25, by: -.infinity).sealed
    }),
  Attack("other numerics", .numerics, frame { _, peer in peer.bytes(.hello(numerics: 99)) }),
  Attack("a coordinator's words", .misdirected, frame { _, peer in peer.bytes(.pong) }),
  Attack(
    "a wrong length", .unfit, frame { run, peer in peer.bytes(.sum(values(run) + [1])) }),
  Attack(
    "tasks that are no node", .unfit,
    frame { run, peer in peer.bytes(.sum(values(run), tasks: 1..<3)) }),
  Attack(
    "another run", .otherRun,
    frame { run, peer in peer.bytes(.sum(values(run)), run: 77) }),
  Attack(
    "another epoch", .otherEpoch,
    frame { run, peer in peer.bytes(.sum(values(run)), epoch: 2) }),
]

/// Strangers and members alike are refused, counted and told of, and training goes on to its bits.
@Test(arguments: attacks, [false, true])
func anAttackIsRefusedCountedAndTold(_ attack: Attack, fromWithin: Bool) throws {
  let run = try ServedRun(smallPlan(steps: 2))
  let peer = try HostilePeer(run, id: WorkerID(13))
  if fromWithin {
    peer.send(.hello())
    _ = try run.await("member") { $0.workers == 1 ? true : nil }
  }
  for _ in 0..<3 { try attack.commit(run, peer) }
  _ = try run.await("count") { $0.refused[attack.kind] >= 3 ? true : nil }
  run.addWorker()
  try run.expectRightEnd()
  let told = run.log.lines.filter { $0 == "warning: refused a \(attack.kind.words.one)" }
  #expect(told.count == 1, "a flood must not fill the log")
  #expect(run.log.lines.last?.contains("refused in all: ") ?? false)
}

@Test func anOversizedFrameEndsTheConnectionBeforeItsBytesAreTaken() throws {
  let run = try ServedRun(smallPlan(steps: 2))
  let peer = try RawPeer(run.address)
  try peer.greet(as: [UInt8(ascii: "w"), 0, 0, 0, 0, 0, 0, 0, 77])
  peer.announce(count: 1 << 20)
  #expect(peer.isHungUp())
  _ = try run.await("count") { $0.refused[.wordlessConnection] == 1 ? true : nil }
  run.addWorker()
  try run.expectRightEnd()
}

/// Those who took all places and do nothing lose them.
@Test func aCrowdIsTurnedAwayAndDoesNotKeepAnHonestWorkerOut() throws {
  let run = try ServedRun(smallPlan(steps: 2), mostWorkers: 3)
  let crowd = try (1...5).map { try HostilePeer(run, id: WorkerID($0)) }
  for peer in crowd { peer.send(.hello()) }
  _ = try run.await("crowd") { $0.refused[.crowd] == 2 ? true : nil }
  run.addWorker()
  try run.expectRightEnd()
}

/// A member that answers what it was lent with sums of the form of another round.
@Test func anAnswerUnderTheNumberOfAnotherRoundDoesNotCount() throws {
  let run = try ServedRun(smallPlan(steps: 2))
  let peer = try HostilePeer(run, id: WorkerID(13))
  peer.send(.hello(capacity: 7))
  let evaluation = run.run.rounds.count - 1
  var lies = 0
  while let message = try peer.receive() {
    guard case .taskBatch(let batch) = message else { continue }
    let form = run.run.sums(in: evaluation)
    let values = [Float](repeating: 0.25, count: form.count(ofTasks: batch.tasks.count))
    guard form.sum(of: batch.tasks, values) != nil else { continue }
    peer.send(
      .metaGradient(
        .init(
          round: evaluation, leases: [batch.lease], tasks: batch.tasks, time: .milliseconds(1),
          outcome: .sum(values))))
    lies += 1
  }
  #expect(lies > 0)
  run.addWorker()
  try run.expectRightEnd()
}

/// A member that computes rightly, but says everything again and again, also under another's name.
@Test func whatIsSaidAgainCountsOnce() throws {
  let run = try ServedRun(smallPlan(steps: 6), burst: 1 << 20)
  let replayer = try Replayer(run)
  try replayer.takePart()
  try run.expectRightEnd()
  #expect(run.now.counters.dropped > 12)
}

/// Everything at once, from strangers and members, for as long as training takes.
@Test func hostilityThroughoutChangesNoBit() throws {
  let run = try ServedRun(smallPlan(steps: 300))
  let member = try HostilePeer(run, id: WorkerID(13))
  member.send(.hello(capacity: 1 << 20))
  _ = try run.await("member") { $0.workers == 1 ? true : nil }
  let outsider = try HostilePeer(run, id: WorkerID(14))
  func attack() throws {
    for attack in attacks { for peer in [member, outsider] { try attack.commit(run, peer) } }
  }
  // Nobody computes yet, so the run cannot end: no attack may fail to get through.
  try attack()
  for _ in 0..<2 { run.addWorker() }
  while run.now.outcome == nil {
    do { try attack() } catch {
      // Connections end with the run, a moment before it is known to be over.
      _ = try run.await("end after \(error)") { $0.outcome }
    }
  }
  try run.expectRightEnd()
}
