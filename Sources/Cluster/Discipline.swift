import Coordination
import Transport

/// How much a peer may say, and how often it may break the protocol, before it is heard no more.
///
/// What the protocol lets a worker say is little. It answers every lease once: those messages are
/// invited. Uninvited are a ping in every interval, a greeting after it connected or was asked who it
/// is, and a ping of a relay that has got or lost workers.
public struct PeerRules: Equatable, Sendable {
  /// What a peer may say uninvited at once, in units of a message of up to 16 KiB.
  public var burst = 512
  /// How often a worker pings; eight units are granted in that time.
  public var ping: Duration
  /// Invitations that add up: more leases than a worker ever holds.
  public var mostInvitations = 4 * mostLeasesAtOnce
  /// Offences for which a peer is struck off.
  public var offences = 16
  /// After so long an offence is forgotten.
  public var pardon: Duration = .seconds(60)

  public init(ping: Duration) { self.ping = ping }

  fileprivate static let unitBytes = 16 << 10

  fileprivate var refill: Duration { max(.microseconds(1), ping / 8) }
}

/// What is held against peers.
///
/// Credit goes by name, which is a process; offences go by key where peers have one of their own, so
/// that they last when the process comes back under another name.
struct Discipline {
  enum Hearing: Equatable {
    case heard
    /// It says more than the protocol lets it.
    case tooMuch
    /// It was struck off before.
    case struckOff
  }

  private struct Credit {
    var invitations = 0
    /// When all that was said uninvited is paid for.
    var paid: Moment
  }

  var rules: PeerRules
  private var credits = LatestValues<PeerID, Credit>(atMost: 8192)
  private var guilt = LatestValues<PeerID, Moment>(atMost: 8192)
  private var guiltOfKeys = LatestValues<CurveKey, Moment>(atMost: 8192)
  private var struckOff = LatestValues<PeerID, Bool>(atMost: 8192)

  init(_ rules: PeerRules) { self.rules = rules }

  /// Whether what a peer says is listened to. That of who was struck off is not even decoded.
  mutating func hearing(of peer: PeerID, bytes: Int, at now: Moment) -> Hearing {
    guard struckOff[peer] == nil else { return .struckOff }
    var credit = credits[peer] ?? Credit(paid: now)
    defer { credits[peer] = credit }
    let units = 1 + bytes / PeerRules.unitBytes
    // Pings come while answers are computed, and must not use up the invitations of those: a long
    // answer could not be paid for otherwise.
    if units == 1, charge(1, to: &credit, at: now, within: rules.burst / 2) { return .heard }
    if credit.invitations > 0 {
      credit.invitations -= 1
      return .heard
    }
    return charge(units, to: &credit, at: now, within: rules.burst) ? .heard : .tooMuch
  }

  /// Whether a peer may greet again. Its leases are no more, and a greeting gets it new ones, so
  /// invitations must not pay for it.
  mutating func mayGreet(_ peer: PeerID, at now: Moment) -> Bool {
    var credit = credits[peer] ?? Credit(paid: now)
    defer { credits[peer] = credit }
    credit.invitations = 0
    return charge(1, to: &credit, at: now, within: rules.burst)
  }

  private func charge(
    _ units: Int, to credit: inout Credit, at now: Moment, within limit: Int
  ) -> Bool {
    let paid = max(credit.paid, now) + rules.refill * units
    guard paid <= now + rules.refill * limit else { return false }
    credit.paid = paid
    return true
  }

  /// The peer was lent something to which there is one answer.
  mutating func invite(_ peer: PeerID, at now: Moment) {
    var credit = credits[peer] ?? Credit(paid: now)
    credit.invitations = min(credit.invitations + 1, rules.mostInvitations)
    credits[peer] = credit
  }

  /// The peer broke the protocol.
  ///
  /// - Parameter key: its own; `nil` if it has none, or shares it.
  /// - Returns: whether it is struck off for it, now.
  mutating func blame(_ peer: PeerID, _ key: CurveKey?, at now: Moment) -> Bool {
    let before = (key.map { guiltOfKeys[$0] } ?? guilt[peer]) ?? now
    let after = max(before, now) + rules.pardon
    if let key { guiltOfKeys[key] = after } else { guilt[peer] = after }
    guard after > now + rules.pardon * (rules.offences - 1) else { return false }
    return strikeOff(peer)
  }

  /// - Returns: whether that is new.
  mutating func strikeOff(_ peer: PeerID) -> Bool {
    defer { struckOff[peer] = true }
    return struckOff[peer] == nil
  }
}
