import Dispatch
import Foundation
import Locks

/// The threads of a worker that compute. Each has a runner; jobs are taken in order.
///
/// The thread that owns the socket submits jobs and is told of results through `deliver`, which is
/// called on a compute thread and must only hand over.
final class ComputePool: Sendable {
  private let jobs = Locked<[LeaseRunner.Job?]>([])
  private let available = DispatchSemaphore(value: 0)
  private let finished = DispatchGroup()
  private let threads: Int

  /// - Parameter runners: one for each thread.
  init(
    _ runners: [LeaseRunner], deliver: @escaping @Sendable (LeaseRunner.Outcome) -> Void
  ) {
    threads = runners.count
    for (index, runner) in runners.enumerated() {
      finished.enter()
      let thread = Thread { [self] in
        Turn.usual.adopt()
        while let job = next() { deliver(runner.compute(job)) }
        finished.leave()
      }
      thread.name = "compute-\(index)"
      thread.stackSize = 1 << 21
      thread.start()
    }
  }

  func submit(_ job: LeaseRunner.Job) { enqueue(job) }

  /// Ends the threads once the jobs before are done.
  func shutDown() {
    for _ in 0..<threads { enqueue(nil) }
    finished.wait()
  }

  private func enqueue(_ job: LeaseRunner.Job?) {
    jobs.withLock { $0.append(job) }
    available.signal()
  }

  /// The next job; `nil` when this thread is to end.
  private func next() -> LeaseRunner.Job? {
    available.wait()
    return jobs.withLock { $0.removeFirst() }
  }
}
