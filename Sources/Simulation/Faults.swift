public import Coordination

/// What goes wrong in a simulated cluster, and how often.
public struct Faults: Sendable {
  /// Of all messages, the share that is lost, or arrives twice.
  public var loss = 0.0
  public var duplication = 0.0
  /// How long a message takes, and the share that takes up to ten times as long and is overtaken.
  public var delay: ClosedRange<Duration> = .milliseconds(2) ... .milliseconds(2)
  public var lateness = 0.0
  /// The mean time between crashes of a worker, its freezes, its graceful leaves, and the times that
  /// it is cut off from the coordinator, one way or both.
  public var crashes: Duration?
  public var freezes: Duration?
  public var leaves: Duration?
  public var partitions: Duration?
  /// Relays between the coordinator and some of the workers, which crash and leave as workers do.
  public var relays = 0
  /// Of all crashes of workers, the share that the coordinator hears of at once.
  public var news = 0.0
  /// The mean time between crashes of the coordinator.
  public var coordinatorCrashes: Duration?
  /// Of all checkpoints, the share that the coordinator dies while writing.
  public var tornCheckpoints = 0.0
  /// The mean time between troubles with the disk, during which nothing can be written.
  public var diskTroubles: Duration?
  /// Of all answers, the share that comes out not finite, as of bad memory.
  public var corruption = 0.0
  /// Workers whose every answer is wrong, and those that are wrong of one task alone.
  public var liars = 0
  public var slips = 0
  /// Of all ranges, the share that two workers must agree on.
  public var audit = 0.0
  /// How long a verdict waits for a further worker.
  public var auditWait: Duration = .seconds(1)
  public var badTask: BadTask?
  /// What becomes of a task that is never finite.
  public var nonFinite = NonFinitePolicy.stop

  /// A task that no worker gets right.
  public struct BadTask: Equatable, Sendable {
    public enum Kind: Sendable { case kills, neverFinite }

    public var kind: Kind
    public var round: Int
    public var task: Int

    public init(_ kind: Kind, round: Int, task: Int) {
      (self.kind, self.round, self.task) = (kind, round, task)
    }
  }

  public static let none = Faults()

  public static let severe = Faults(
    loss: 0.1, duplication: 0.1, delay: .milliseconds(1) ... .milliseconds(40), lateness: 0.1,
    crashes: .seconds(3), freezes: .seconds(4), leaves: .seconds(8), partitions: .seconds(6),
    news: 0.5, coordinatorCrashes: .seconds(5), tornCheckpoints: 0.1, diskTroubles: .seconds(5),
    corruption: 0.01)
}
