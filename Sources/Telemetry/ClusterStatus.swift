/// How a run and its workers are at one moment, for people and their tools to look at.
///
/// Nothing is decided by it. Numbers that are not finite are left out, as JSON knows none.
public struct ClusterStatus: Codable, Equatable, Sendable {
  /// What this is the status of: the same for as long as the coordinator lives.
  public var run: Identity
  /// When this was so, in seconds since 1970.
  public var time: Double
  /// How long this coordinator had been at work.
  public var seconds: Double
  public var phase: Phase
  /// How many outer updates had been made.
  public var step: Int
  /// How many make a run.
  public var steps: Int
  public var tasksPerSecond: Double
  /// Until the last step; `nil` while it cannot be told.
  public var secondsLeft: Double?
  /// What has to happen for the run to go on, in one line; empty when it is over.
  public var waitingFor: String
  public var measured = Measured()
  public var curves = Curves()
  /// In the order they joined.
  public var workers: [Worker] = []
  public var counts = Counts()
  /// What peers sent that was refused, by kind; kinds of which there was none too.
  public var refused: [Refused] = []
  /// What happened lately, the oldest first.
  public var events: [Event] = []

  public struct Identity: Codable, Equatable, Sendable {
    public var folder: String
    /// The digest of the run plan.
    public var plan: String
    /// How often the run's coordinator has been started.
    public var epoch: Int
    /// Where workers connect.
    public var address: String
    /// The coordinator's process, on its machine.
    public var process: Int

    public init(folder: String, plan: String, epoch: Int, address: String, process: Int) {
      (self.folder, self.plan, self.epoch) = (folder, plan, epoch)
      (self.address, self.process) = (address, process)
    }
  }

  public enum Phase: String, Codable, CaseIterable, Sendable {
    case training, validation, evaluation
    /// Asked to stop, and finishing what is under way.
    case ending
    case finished
    /// Stopped on request; to be resumed.
    case paused
    case failed

    public var isOver: Bool {
      switch self {
      case .training, .validation, .evaluation, .ending: false
      case .finished, .paused, .failed: true
      }
    }
  }

  public init(
    of run: Identity, time: Double, seconds: Double, phase: Phase, step: Int, steps: Int,
    tasksPerSecond: Double, secondsLeft: Double?, waitingFor: String
  ) {
    (self.run, self.time, self.seconds, self.phase) = (run, time, seconds, phase)
    (self.step, self.steps, self.tasksPerSecond) = (step, steps, tasksPerSecond)
    (self.secondsLeft, self.waitingFor) = (secondsLeft, waitingFor)
  }
}
