extension ClusterStatus {
  /// The newest results; each `nil` before there was one.
  public struct Measured: Codable, Equatable, Sendable {
    /// Mean losses since the last line of metrics, before and after adaptation.
    public var lossBefore: Double?
    public var lossAfter: Double?
    /// What the last validation or, at the end, the evaluation found.
    public var loss: Double?
    /// The mean query accuracy, a share of one, and half its 95 % confidence interval.
    public var accuracy: Double?
    public var accuracyInterval: Double?
    /// The step whose parameters are the best so far.
    public var bestStep: Int?

    public init() {}
  }

  /// What the page draws.
  public struct Curves: Codable, Equatable, Sendable {
    /// By step.
    public var lossBefore = StatusCurve()
    public var lossAfter = StatusCurve()
    public var validationLoss = StatusCurve()
    public var accuracy = StatusCurve()
    /// Tasks a second, by seconds since this coordinator began.
    public var throughput = StatusCurve()

    public init() {}
  }

  public struct Worker: Codable, Equatable, Sendable {
    /// Of this life of its process.
    public var id: String
    /// As it calls itself, `host:process`; untrusted.
    public var name: String
    public var threads: Int
    /// Whether it lends on what it is lent.
    public var isRelay: Bool
    public var tasksPerSecond: Double
    /// Answered since it joined.
    public var tasks: Int
    /// Since its last sign of life, in seconds.
    public var silence: Double
    public var leases: Int
    /// Since it was lent the oldest lease of this round, in seconds; `nil` if it has none.
    public var oldestLease: Double?
    /// Whether others were asked for what it owes.
    public var isLate: Bool
    /// What came from it that was of no use.
    public var failures: Int

    public init(
      id: String, name: String, threads: Int, isRelay: Bool, tasksPerSecond: Double, tasks: Int,
      silence: Double, leases: Int, oldestLease: Double?, isLate: Bool, failures: Int
    ) {
      (self.id, self.name, self.threads, self.isRelay) = (id, name, threads, isRelay)
      (self.tasksPerSecond, self.tasks, self.silence) = (tasksPerSecond, tasks, silence)
      (self.leases, self.oldestLease, self.isLate) = (leases, oldestLease, isLate)
      self.failures = failures
    }

    /// The machine it runs on.
    public var host: String {
      name.lastIndex(of: ":").map { String(name[..<$0]) } ?? name
    }
  }

  /// Since this coordinator began.
  public struct Counts: Codable, Equatable, Sendable {
    public var tasks = 0
    public var sums = 0
    /// Answers that came too late or twice.
    public var dropped = 0
    public var joined = 0
    public var left = 0
    public var lost = 0
    /// Leases that were lent again.
    public var repeated = 0
    /// Answers that were not finite.
    public var notFinite = 0
    /// Ranges that were given to two workers, to compare what they say.
    public var audited = 0
    /// Workers that computed wrongly.
    public var struckOff = 0
    /// Messages to workers that were gone or could take no more.
    public var undelivered = 0

    public init() {}
  }

  public struct Refused: Codable, Equatable, Sendable {
    /// One word that stays the same.
    public var kind: String
    /// For people, in the plural.
    public var words: String
    public var count: Int

    public init(_ kind: String, _ words: String, _ count: Int) {
      (self.kind, self.words, self.count) = (kind, words, count)
    }
  }

  /// What was refused, each kind with its number, for people; empty if nothing was.
  var refusals: String {
    refused.filter { $0.count > 0 }.map { "\(grouped($0.count)) \($0.words)" }
      .joined(separator: ", ")
  }

  public struct Event: Codable, Equatable, Sendable {
    /// Since this coordinator began.
    public var seconds: Double
    /// May hold what peers call themselves; untrusted.
    public var text: String

    public init(seconds: Double, _ text: String) { (self.seconds, self.text) = (seconds, text) }
  }
}
