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
  /// The meta-gradient of a range of tasks, asked for under a tag of the asker's.
  public struct Job: Sendable {
    public var tag: UInt64
    public var range: TaskRange
    public var episodes: Episode<NDArray>
    public var step: Int
    public var parameters: Parameters<NDArray>

    public init(
      tag: UInt64, range: TaskRange, episodes: Episode<NDArray>, step: Int,
      parameters: Parameters<NDArray>
    ) {
      (self.tag, self.range, self.episodes) = (tag, range, episodes)
      (self.step, self.parameters) = (step, parameters)
    }
  }

  public struct Outcome: Sendable {
    public var tag: UInt64
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
      if step != job.step {
        runner.set(job.parameters)
        step = job.step
      }
      let sum = runner.sum(job.range, job.episodes)
      deliver(Outcome(tag: job.tag, sum: sum, elapsed: start.duration(to: clock.now)))
    }
  }

  /// The next job; `nil` when this thread is to end.
  private func next() -> Job? {
    available.wait()
    return jobs.withLock { $0.removeFirst() }
  }
}
