import Dispatch
import Files
import Logging
import Synchronization
import Telemetry

/// Keeps a run's `status.json` fresh, on a thread of its own: a disk that hangs makes it old, and
/// nothing else.
final class StatusFile: Sendable {
  private let path: String
  private let log: Logger
  private let queue = DispatchQueue(label: "status", qos: .utility)
  private let isBusy = Atomic<Bool>(false)
  private let hasFailed = Atomic<Bool>(false)

  init(_ path: String, log: Logger) { (self.path, self.log) = (path, log) }

  /// Writes `status` soon; not at all if the one before is still being written.
  func offer(_ status: ClusterStatus) {
    guard !isBusy.exchange(true, ordering: .acquiring) else { return }
    queue.async { [self] in
      write(status)
      isBusy.store(false, ordering: .releasing)
    }
  }

  /// Writes the last word on a run, and returns when that is done.
  func finish(_ status: ClusterStatus) { queue.sync { write(status) } }

  private func write(_ status: ClusterStatus) {
    do {
      try replaceFile(path, with: Array(status.json()))
    } catch  where !hasFailed.exchange(true, ordering: .relaxed) {
      log.warning("the status could not be written", metadata: ["why": "\(error)"])
    } catch {
      // It was said once; the run goes on without.
    }
  }
}
