import Foundation
import Locks
import Transport

/// A network between a coordinator and its workers that treats messages as a test wants.
///
/// To workers it is the coordinator; to the coordinator it is each of them, under their own names.
final class Meddler: Sendable {
  enum Way: Sendable { case up, down }

  /// What becomes of a message.
  enum Fate: Sendable {
    case passes
    case isLost
    case comesTwice
    case comesLate(Duration)
    /// One of its bits is flipped.
    case isDamaged
  }

  typealias Rule = @Sendable (Way, inout Dice) -> Fate

  let address: String
  private let rule: Locked<Rule>
  private let meddled = Watched(0)
  private let isOver = Locked(false)

  /// - Parameter seed: of whatever chance the rule plays with.
  init(before coordinator: String, seed: UInt64, _ rule: @escaping Rule) throws {
    self.rule = Locked(rule)
    let bound = Watched<Result<String, any Error>?>(nil)
    let work = Watched<Meddler?>(nil)
    onThread {
      let result = Result {
        let below = RouterSocket(in: Context(), options: SocketOptions())
        let address = try below.bind("tcp://127.0.0.1:*")
        bound.update { $0 = .success(address) }
        let meddler = try work.await("a meddler") { $0 }
        work.update { $0 = nil }
        var lines = Lines(below: below, coordinator: coordinator, dice: Dice(seed))
        while !meddler.isOver.withLock({ $0 }) { try lines.carry(meddler) }
      }
      if case .failure(let error) = result { bound.update { $0 = .failure(error) } }
    }
    address = try bound.await("an address") { $0 }.get()
    work.update { $0 = self }
  }

  /// From now on messages are treated so.
  func change(to rule: @escaping Rule) { self.rule.withLock { $0 = rule } }

  func stop() { isOver.withLock { $0 = true } }

  /// Waits until so many more messages did not just pass.
  func awaitMeddling(_ count: Int) throws {
    let before = meddled.value
    _ = try meddled.await("\(count) messages meddled with") { $0 >= before + count ? $0 : nil }
  }

  fileprivate func fate(_ way: Way, _ dice: inout Dice) -> Fate {
    let fate = rule.withLock { $0 }(way, &dice)
    if case .passes = fate { return fate }
    meddled.update { $0 += 1 }
    return fate
  }
}

/// Chance that comes again from its seed.
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  mutating func happens(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &self) < share }
}

/// The sockets of a meddler, on the thread that owns them.
private struct Lines {
  private let below: RouterSocket
  private let coordinator: String
  private let context = Context()
  private let wakeup = Wakeup()
  private let clock = ContinuousClock()
  private var dice: Dice
  private var above: [(peer: PeerID, socket: DealerSocket)] = []
  private var late:
    [(due: ContinuousClock.Instant, way: Meddler.Way, peer: PeerID, bytes: [UInt8])] =
      []

  init(below: RouterSocket, coordinator: String, dice: Dice) {
    (self.below, self.coordinator, self.dice) = (below, coordinator, dice)
  }

  mutating func carry(_ meddler: Meddler) throws {
    _ = below.poll(wakeup, timeout: .milliseconds(1), spin: .zero)
    for event in below.events() {
      if case .lost(let peer) = event { above.removeAll { $0.peer == peer } }
    }
    while let (peer, frame) = below.receive() { try meddle(.up, peer, frame, meddler) }
    for (peer, socket) in above {
      _ = socket.events()
      while let frame = socket.receive() { try meddle(.down, peer, frame, meddler) }
    }
    let now = clock.now
    let due = late.filter { $0.due <= now }
    late.removeAll { $0.due <= now }
    for parcel in due { try pass(parcel.way, parcel.peer, parcel.bytes) }
  }

  private mutating func meddle(
    _ way: Meddler.Way, _ peer: PeerID, _ frame: Frame, _ meddler: Meddler
  ) throws {
    var bytes = frame.withUnsafeBytes { Array($0) }
    switch meddler.fate(way, &dice) {
    case .passes: try pass(way, peer, bytes)
    case .isLost: break
    case .comesTwice: for _ in 0..<2 { try pass(way, peer, bytes) }
    case .comesLate(let delay): late.append((clock.now + delay, way, peer, bytes))
    case .isDamaged:
      // Of a frame's first bytes, which tell the version, no checksum is believed.
      let bit = Int.random(in: 32..<8 * bytes.count, using: &dice)
      bytes[bit / 8] ^= 1 << (bit % 8)
      try pass(way, peer, bytes)
    }
  }

  private mutating func pass(_ way: Meddler.Way, _ peer: PeerID, _ bytes: [UInt8]) throws {
    switch way {
    case .up: _ = try socket(of: peer).send(Frame(bytes))
    case .down: _ = below.send(Frame(bytes), to: peer)
    }
  }

  private mutating func socket(of peer: PeerID) throws -> DealerSocket {
    if let known = above.first(where: { $0.peer == peer }) { return known.socket }
    let socket = DealerSocket(in: context, name: peer, options: SocketOptions())
    try socket.connect(coordinator)
    above.append((peer, socket))
    return socket
  }
}
