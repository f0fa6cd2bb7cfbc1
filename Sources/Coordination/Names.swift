/// A point in time, as the time since the shell's own beginning. It never goes back.
public struct Moment: Hashable, Comparable, Sendable {
  public var elapsed: Duration

  public init(_ elapsed: Duration) { self.elapsed = elapsed }

  public static func < (a: Moment, b: Moment) -> Bool { a.elapsed < b.elapsed }
  public static func + (moment: Moment, duration: Duration) -> Moment {
    Moment(moment.elapsed + duration)
  }
  public static func - (a: Moment, b: Moment) -> Duration { a.elapsed - b.elapsed }
}

/// One life of a worker process. A process that starts again takes another name.
public struct WorkerID: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var raw: UInt64

  public init(_ raw: UInt64) { self.raw = raw }

  public static func < (a: WorkerID, b: WorkerID) -> Bool { a.raw < b.raw }
  public var description: String {
    let digits = String(raw, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// A task range of one round, lent to a worker.
public struct Lease: Hashable, Sendable, CustomStringConvertible {
  /// Never used twice in a run: the epoch stands above a count.
  public typealias ID = UInt64

  public var id: ID
  public var round: Int
  public var range: TaskRange

  public init(id: ID, round: Int, range: TaskRange) {
    (self.id, self.round, self.range) = (id, round, range)
  }

  public var description: String { "\(round)/\(range)" }
}
