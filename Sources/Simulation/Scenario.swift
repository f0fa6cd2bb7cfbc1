import Coordination
import NDArrays

/// A run on a simulated cluster, what goes wrong in it, and how it has to end.
public struct Scenario: Sendable {
  public var seed: UInt64
  public var workers: Int
  /// Tasks a step, and steps.
  public var batch: Int
  public var steps: Int
  public var faults: Faults
  public var weather: Weather?

  /// A kind of trouble. All have the network's.
  public enum Weather: String, CaseIterable, Sendable {
    /// Everything that honest machines do.
    case severe
    /// Workers behind relays, which die as they do.
    case relays
    /// Machines that come and go, and a network that falls apart.
    case partitions
    /// Machines that compute wrongly, and nothing counts that two do not agree on.
    case liars
    /// The same without a liar, of some ranges.
    case audits
    /// A task that takes down whoever computes it.
    case poison
    /// A task whose meta-gradient is not finite, whoever computes it.
    case neverFinite
    /// The same, where such tasks are left out.
    case skips
  }

  public init(seed: UInt64, workers: Int, batch: Int, steps: Int, faults: Faults) {
    (self.seed, self.workers, self.batch, self.steps) = (seed, workers, batch, steps)
    self.faults = faults
  }

  /// What a seed stands for.
  public init(seed: UInt64, workers: Int? = nil, batch: Int = 11, steps: Int = 12) {
    let kinds = Weather.allCases
    let weather = kinds[Int(seed % UInt64(kinds.count))]
    let number = workers ?? 1 + Int(seed / UInt64(kinds.count) % 8)
    self.init(
      seed: seed, workers: weather == .liars ? max(number, 3) : number, batch: batch, steps: steps,
      faults: .severe)
    self.weather = weather
    adjust(to: weather)
  }

  private mutating func adjust(to weather: Weather) {
    let key = RandomKey(seed: seed).child(2)
    var random = key.stream
    switch weather {
    case .severe: break
    case .relays: faults.relays = 1 + Int(random.next() % 3)
    case .partitions: (faults.partitions, faults.leaves) = (.seconds(1), .seconds(3))
    case .audits: (faults.audit, faults.corruption) = (Double(random.uniform()), 0)
    case .liars:
      (faults.audit, faults.corruption) = (1, 0)
      faults.auditWait = .seconds(60)
      // So that the honest are more than half, even while some are away.
      let most = (workers - 1) / 2
      faults.liars = Int(random.next() % UInt64(most + 1))
      faults.slips = most - faults.liars
    case .poison, .neverFinite, .skips:
      // Whoever dies, dies of the task, and coordinators live long enough to gather that.
      (faults.news, faults.coordinatorCrashes) = (1, .seconds(30))
      (faults.crashes, faults.freezes, faults.partitions) = (nil, nil, nil)
      faults.corruption = 0
      let kind = weather == .poison ? Faults.BadTask.Kind.kills : .neverFinite
      faults.nonFinite = weather == .skips ? .skip : .stop
      faults.badTask = Faults.BadTask(
        kind, round: Int(random.next() % UInt64(steps)), task: Int(random.next() % UInt64(batch)))
    }
  }
}
