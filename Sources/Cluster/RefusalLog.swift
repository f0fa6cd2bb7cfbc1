import Coordination
import Logging
import Wire

/// Lets through so many lines in a while, and counts the others.
struct Throttle {
  let burst: Int
  let pause: Duration
  private var end = Moment(.zero)
  private var said = 0
  private var unsaid = 0

  init(burst: Int, pause: Duration) { (self.burst, self.pause) = (burst, pause) }

  /// How many lines were left out before this one; `nil` if this one is left out, too.
  mutating func admit(at now: Moment) -> Int? {
    if now >= end { (end, said) = (now + pause, 0) }
    guard said < burst else {
      unsaid += 1
      return nil
    }
    said += 1
    defer { unsaid = 0 }
    return unsaid
  }
}

/// Counts what is refused and tells of it, but not so often that a flood could fill the log.
struct RefusalLog {
  private(set) var counts = Refusals()
  private let log: Logger
  private var throttles = [Throttle](
    repeating: Throttle(burst: 1, pause: .seconds(10)), count: Refusals.Kind.allCases.count)

  init(_ log: Logger) { self.log = log }

  mutating func note(
    _ kind: Refusals.Kind, of peer: String, because why: @autoclosure () -> String, at now: Moment
  ) {
    counts[kind] += 1
    guard let unsaid = throttles[kind.rawValue].admit(at: now) else { return }
    var metadata: Logger.Metadata = ["peer": "\(peer)", "why": "\(why())"]
    if unsaid > 0 { metadata["unsaid"] = "\(unsaid)" }
    log.warning("refused a \(kind.words.one)", metadata: metadata)
  }

  /// Counts what nothing more is to be told of.
  mutating func count(_ kind: Refusals.Kind) { counts[kind] += 1 }

  /// The last word on a run.
  func summarize() {
    if counts.total > 0 { log.warning("refused in all: \(counts)") }
  }
}

extension WireError {
  /// What a peer is told of it.
  var refusal: Message.Refusal.Reason {
    if case .version = self { .protocol } else { .malformed }
  }

  var kind: Refusals.Kind {
    switch self {
    case .version: .protocolVersion
    case .checksum: .damaged
    case .tooLarge: .tooLarge
    case .notFinite: .notFinite
    case .malformed, .missing, .unknownValue, .outOfRange, .badText, .shape: .malformed
    }
  }
}
