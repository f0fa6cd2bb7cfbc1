import Locks

/// Whose connections a router accepts, told while it runs, by any thread.
public final class Admissions: Sendable {
  /// What is answered to who shows a key.
  public enum Verdict: Equatable, Sendable {
    case admitted
    /// Not on the list, perhaps not yet: whoever has the key may ask again.
    case unknown
    /// Once on the list, and to be let in no more.
    case revoked
    /// It broke the protocol, and is not let in again as long as this process lives.
    case struckOff
  }

  /// Somebody who was not let in.
  public struct Denial: Equatable, Sendable {
    public enum Reason: Equatable, Sendable {
      case key(CurveKey, Verdict)
      /// The question was none: another mechanism than CURVE, or not as it should be.
      case malformed
    }

    public var reason: Reason
    /// Where from, as far as ZeroMQ knows.
    public var address: String
  }

  fileprivate struct State {
    var admitted: Set<CurveKey> = []
    var revoked: Set<CurveKey> = []
    var struckOff: Set<CurveKey> = []
    var version = 0
    var denials: [Denial] = []
    var otherDenials = 0
  }

  private let state: Locked<State>
  /// Denials kept for the log; more are only counted.
  fileprivate static let mostKept = 64

  public init(admitting keys: Set<CurveKey> = [], revoked: Set<CurveKey> = []) {
    state = Locked(State(admitted: keys, revoked: revoked))
  }
}

extension Admissions: Equatable {
  public static func == (a: Admissions, b: Admissions) -> Bool { a === b }
}

extension Admissions {
  /// Replaces the list. Connections of keys that are not on it any more are cut.
  public func set(admitted: Set<CurveKey>, revoked: Set<CurveKey>) {
    state.withLock {
      ($0.admitted, $0.revoked) = (admitted, revoked)
      $0.version += 1
    }
  }

  /// Lets nobody in with this key from now on, whatever any list says.
  public func strikeOff(_ key: CurveKey) {
    state.withLock {
      $0.struckOff.insert(key)
      $0.version += 1
    }
  }

  public func verdict(on key: CurveKey) -> Verdict { state.withLock { $0.verdict(on: key) } }

  /// Who was denied since the last call: the first of them, and how many others.
  public func takeDenials() -> (first: [Denial], others: Int) {
    state.withLock { state in
      defer { (state.denials, state.otherDenials) = ([], 0) }
      return (state.denials, state.otherDenials)
    }
  }

  /// Changes with every change of what is decided.
  var version: Int { state.withLock { $0.version } }

  /// Decides, and remembers whom it denied.
  func decide(on key: CurveKey, from address: String) -> Verdict {
    state.withLock { state in
      let verdict = state.verdict(on: key)
      if verdict != .admitted { state.note(Denial(reason: .key(key, verdict), address: address)) }
      return verdict
    }
  }

  func noteMalformed(from address: String) {
    state.withLock { $0.note(Denial(reason: .malformed, address: address)) }
  }
}

extension Admissions.State {
  fileprivate func verdict(on key: CurveKey) -> Admissions.Verdict {
    if struckOff.contains(key) { return .struckOff }
    if revoked.contains(key) { return .revoked }
    return admitted.contains(key) ? .admitted : .unknown
  }

  fileprivate mutating func note(_ denial: Admissions.Denial) {
    if denials.count < Admissions.mostKept { denials.append(denial) } else { otherDenials += 1 }
  }
}

extension Admissions.Denial.Reason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .key(let key, .unknown): "the key \(key) is not on the list"
    case .key(let key, .revoked): "the key \(key) was revoked"
    case .key(let key, .struckOff): "the key \(key) was struck off"
    case .key(let key, .admitted): "the key \(key) was let in"
    case .malformed: "it asked in no way that is understood"
    }
  }
}
