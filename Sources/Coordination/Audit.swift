/// How much of the work is done twice, by different workers, to find out who computes wrongly.
///
/// Sums of a range that is audited enter the tree only when two workers agree on them, bit for bit.
public struct Audit: Equatable, Sendable {
  /// Of all ranges, those that are audited.
  public var share: Double
  /// Which they are hangs on this, the round and the range alone.
  public var seed: UInt64
  /// How long a verdict waits for one more worker where too few are there.
  public var wait: Duration

  public init(share: Double, seed: UInt64, wait: Duration) {
    precondition((0...1).contains(share), "a share is from 0 to 1, not \(share)")
    (self.share, self.seed, self.wait) = (share, seed, wait)
  }

  /// Whether two workers must agree on a range of a round.
  public func chooses(_ range: TaskRange, of round: Int) -> Bool {
    let bits = [round, range.lower, range.upper].reduce(mixed(seed)) {
      mixed($0 ^ UInt64(truncatingIfNeeded: $1))
    }
    return Double(bits >> 11) * 0x1p-53 < share
  }
}

/// SplitMix64's output function: every bit of the result hangs on every bit of the value.
private func mixed(_ value: UInt64) -> UInt64 {
  var bits = value &+ 0x9E37_79B9_7F4A_7C15
  bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
  bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
  return bits ^ (bits >> 31)
}

/// What the coordinator has to tell people.
public enum Notice: Equatable, Sendable {
  /// There has been no worker for a while, and this is how long that may last; `nil` is for ever.
  case alone(atMost: Duration?)
  /// There is one again.
  case inCompany
  /// These workers say different things of a range, and a further one has to decide.
  case undecided(round: Int, range: TaskRange, workers: [WorkerID])
  /// Nobody else was there to compute a range a second time; told of the first such range only.
  case unaudited(round: Int, range: TaskRange)
  case struckOff(Conviction)
  /// What was joined in this round was thrown away, for the worker had a part in it.
  case restarted(round: Int, because: WorkerID)
}

/// Why a worker takes part no more.
public struct Conviction: Equatable, Sendable {
  public var worker: WorkerID
  /// What it was found to compute wrongly.
  public var round: Int
  public var range: TaskRange
  /// Those who agree on what is right.
  public var against: [WorkerID]
  /// The rounds before this one that it had a part in, since this coordinator began.
  public var earlier: Participation
}

/// The rounds that a worker had a part in.
public struct Participation: Equatable, Sendable {
  /// In order, with gaps between them.
  public private(set) var spans: [ClosedRange<Int>] = []

  /// Of so many spans, the first two become one.
  private static let mostSpans = 16

  public init() {}

  /// - Parameter round: no earlier than those before.
  public mutating func note(_ round: Int) {
    if let last = spans.last, round <= last.upperBound + 1 {
      spans[spans.count - 1] = last.lowerBound...max(last.upperBound, round)
      return
    }
    spans.append(round...round)
    guard spans.count > Self.mostSpans else { return }
    spans.replaceSubrange(0...1, with: [spans[0].lowerBound...spans[1].upperBound])
  }
}
