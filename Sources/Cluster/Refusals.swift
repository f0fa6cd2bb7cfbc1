/// What came from peers and was refused, by kind.
public struct Refusals: Equatable, Sendable {
  public enum Kind: Int, CaseIterable, Sendable {
    /// A connection over which no message came: no ZeroMQ, or nothing at all.
    case wordlessConnection
    /// A message that was not one frame.
    case severalFrames
    /// A peer that is not named as workers are.
    case foreignName
    case tooLarge
    case protocolVersion
    /// A frame whose checksum is wrong.
    case damaged
    case malformed
    /// A number that is infinite, or none at all.
    case notFinite
    /// A worker of another version of the arithmetic.
    case numerics
    /// A message that the other side alone sends.
    case misdirected
    /// What does not fit the run: a sum of the wrong length, tasks that are no node of the tree.
    case unfit
    case otherRun
    case otherEpoch
    /// A worker for whom there was no place.
    case crowd
    /// A connection with a key that is not on the list, or not any more; or with none.
    case deniedKey
    /// A message under the name of a worker that has another key.
    case takenName
    /// A message over a connection that nobody was asked about.
    case unmarked
    /// A message beyond what the protocol lets a peer say.
    case tooMuch
    /// A message of a peer that was struck off before; it was not decoded.
    case struckOff

    /// Whether no honest peer of this version causes it, by whatever is lost, late or repeated.
    var isOffence: Bool {
      switch self {
      case .foreignName, .tooLarge, .damaged, .malformed, .notFinite, .misdirected, .unfit,
        .takenName, .tooMuch:
        true
      case .wordlessConnection, .severalFrames, .protocolVersion, .numerics, .otherRun, .otherEpoch,
        .crowd, .deniedKey, .unmarked, .struckOff:
        false
      }
    }
  }

  private var counts = [Int](repeating: 0, count: Kind.allCases.count)

  public init() {}

  public internal(set) subscript(_ kind: Kind) -> Int {
    get { counts[kind.rawValue] }
    set { counts[kind.rawValue] = newValue }
  }

  public var total: Int { counts.reduce(0, +) }

  var offences: Int { Kind.allCases.reduce(0) { $1.isOffence ? $0 + self[$1] : $0 } }
}

extension Refusals: CustomStringConvertible {
  /// What there was, each kind with its number, as `3 damaged frames, 1 malformed frame`.
  public var description: String {
    Kind.allCases.filter { self[$0] > 0 }
      .map { "\(self[$0]) \(self[$0] == 1 ? $0.words.one : $0.words.several)" }
      .joined(separator: ", ")
  }
}

extension Refusals.Kind {
  var words: (one: String, several: String) {
    switch self {
    case .wordlessConnection: ("connection without a message", "connections without a message")
    case .severalFrames: ("message of several frames", "messages of several frames")
    case .foreignName: ("message under no worker's name", "messages under no worker's name")
    case .tooLarge: ("oversized message", "oversized messages")
    case .protocolVersion: ("message of another protocol", "messages of another protocol")
    case .damaged: ("damaged frame", "damaged frames")
    case .malformed: ("malformed frame", "malformed frames")
    case .notFinite: ("frame with numbers not finite", "frames with numbers not finite")
    case .numerics: ("worker of other numerics", "workers of other numerics")
    case .misdirected: ("misdirected message", "misdirected messages")
    case .unfit: ("message that does not fit the run", "messages that do not fit the run")
    case .otherRun: ("message of another run", "messages of another run")
    case .otherEpoch: ("message of another epoch", "messages of another epoch")
    case .crowd: ("worker too many", "workers too many")
    case .deniedKey: ("key that is not allowed", "keys that are not allowed")
    case .takenName: ("message under another's name", "messages under others' names")
    case .unmarked:
      ("message of nobody who was let in", "messages of nobody who was let in")
    case .tooMuch: ("message beyond a peer's credit", "messages beyond peers' credit")
    case .struckOff: ("message of who was struck off", "messages of who was struck off")
    }
  }
}
