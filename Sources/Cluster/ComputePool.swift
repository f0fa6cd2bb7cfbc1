public import Coordination
internal import Dispatch
public import Episodes
internal import Foundation
public import Graphs
public import NDArrays
internal import Synchronization
public import Training

/// The threads of a worker that compute. Each has a runner of its own; jobs are taken in order.
///
/// The thread that owns the socket submits jobs and is told of results through `deliver`, which is
/// called on a compute thread and must only hand over.
public final class ComputePool: Sendable {
  /// A lease, with all that is needed to compute it.
  public struct Job: Sendable {
    public var lease: Lease
    public var episodes: Episode<NDArray>
    /// Of the lease's step.
    public var parameters: Parameters<NDArray>

    public init(lease: Lease, episodes: Episode<NDArray>, parameters: Parameters<NDArray>) {
      (self.lease, self.episodes, self.parameters) = (lease, episodes, parameters)
    }
  }

  public struct Outcome: Sendable {
    public var lease: Lease.ID
    public var sum: TaskSum
    public var elapsed: Duration
  }

  private let jobs = Mutex<[Job?]>([])
  private let available = DispatchSemaphore(value: 0)
  private let finished = DispatchGroup()
  private let threads: Int

  public init(
    _ trainer: Trainer, threads: Int, deliver: @escaping @Sendable (Outcome) -> Void
  ) {
    self.threads = threads
    for index in 0..<threads {
      finished.enter()
      let thread = Thread { [self] in
        let runner = TaskRunner(trainer)
        work(runner, deliver)
        finished.leave()
      }
      thread.name = "compute-\(index)"
      thread.stackSize = 1 << 21
      thread.start()
    }
  }

  public func submit(_ job: Job) { enqueue(job) }

  /// Ends the threads once the jobs before are done.
  public func shutDown() {
    for _ in 0..<threads { enqueue(nil) }
    finished.wait()
  }

  private func enqueue(_ job: Job?) {
    jobs.withLock { $0.append(job) }
    available.signal()
  }

  private func work(_ runner: TaskRunner, _ deliver: (Outcome) -> Void) {
    let clock = ContinuousClock()
    var step: Int?
    while let job = next() {
      let start = clock.now
      if step != job.lease.step {
        runner.set(job.parameters)
        step = job.lease.step
      }
      let sum = runner.sum(job.lease.range, job.episodes)
      deliver(Outcome(lease: job.lease.id, sum: sum, elapsed: start.duration(to: clock.now)))
    }
  }

  /// The next job; `nil` when this thread is to end.
  private func next() -> Job? {
    available.wait()
    return jobs.withLock { $0.removeFirst() }
  }
}
