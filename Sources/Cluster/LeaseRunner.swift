import CProcess
import Coordination
import Episodes
import Foundation
import Graphs
import NDArrays
import Training

/// Computes leases, one after the other, on one thread at a time.
final class LeaseRunner: @unchecked Sendable {
  /// A lease, with all that is needed to compute it.
  struct Job: Sendable {
    var lease: Lease
    var episodes: Episode<PackedArray>
    /// Of the lease's round.
    var parameters: Parameters<NDArray>
  }

  struct Outcome: Sendable {
    var lease: Lease.ID
    var sum: TaskSum
    var elapsed: Duration
  }

  private let runner: RoundRunner
  private var seat = Seat()

  init(_ run: Run) { runner = RoundRunner(run) }

  func compute(_ job: Job) -> Outcome {
    let (sum, elapsed) = seat.take {
      // Compiling takes much that is not taken again, of which a process would not become smaller by itself.
      if runner.makeRoom(for: job.lease.round) { ol_give_back_freed_memory() }
      return runner.compute(job.lease.range, of: job.lease.round, job.episodes, at: job.parameters)
    }
    return Outcome(lease: job.lease.id, sum: sum, elapsed: elapsed)
  }
}
