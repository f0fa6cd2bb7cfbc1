import Coordination
import Episodes
import Graphs
import NDArrays
import Training

/// Computes leases, one after the other, on the thread it belongs to.
final class LeaseRunner {
  /// A lease, with all that is needed to compute it.
  struct Job: Sendable {
    var lease: Lease
    var episodes: Episode<NDArray>
    /// Of the lease's step.
    var parameters: Parameters<NDArray>
  }

  struct Outcome: Sendable {
    var lease: Lease.ID
    var sum: TaskSum
    var elapsed: Duration
  }

  private let runner: TaskRunner
  private let clock = ContinuousClock()
  /// The step whose parameters the runner has.
  private var step: Int?

  init(_ trainer: Trainer) { runner = TaskRunner(trainer) }

  func compute(_ job: Job) -> Outcome {
    let start = clock.now
    if step != job.lease.step {
      runner.set(job.parameters)
      step = job.lease.step
    }
    let sum = runner.sum(job.lease.range, job.episodes)
    return Outcome(lease: job.lease.id, sum: sum, elapsed: start.duration(to: clock.now))
  }
}
