/// What goes wrong in a simulated cluster, and how often.
public struct Faults: Sendable {
  /// Of all messages, the share that is lost, or arrives twice.
  public var loss = 0.0
  public var duplication = 0.0
  /// How long a message takes, and the share that takes up to ten times as long and is overtaken.
  public var delay: ClosedRange<Duration> = .milliseconds(2) ... .milliseconds(2)
  public var lateness = 0.0
  /// The mean time between crashes of a worker, its freezes, and its graceful leaves.
  public var crashes: Duration?
  public var freezes: Duration?
  public var leaves: Duration?
  /// The mean time between crashes of the coordinator.
  public var coordinatorCrashes: Duration?
  /// Of all answers, the share that comes out not finite, as of bad memory.
  public var corruption = 0.0

  public static let none = Faults()

  public static let severe = Faults(
    loss: 0.1, duplication: 0.1, delay: .milliseconds(1) ... .milliseconds(40), lateness: 0.1,
    crashes: .seconds(3), freezes: .seconds(4), leaves: .seconds(8),
    coordinatorCrashes: .seconds(5), corruption: 0.01)
}
