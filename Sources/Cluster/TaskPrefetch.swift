import Coordination
import Dispatch
import Episodes
import Graphs
import Locks
import NDArrays
import Training

/// Draws tasks that will be lent next, on a thread of its own.
///
/// Drawing the tasks of a step can take as long as computing one of them. While an update is made all workers
/// wait and processors are idle; later, it would hold up the worker whose processor it took.
final class TaskPrefetch: Sendable {
  private let run: Run
  private let queue = DispatchQueue(label: "drawing")
  private let drawn = Locked<[Key: Episode<NDArray>]>([:])

  private struct Key: Hashable {
    var round: Int
    var range: TaskRange
  }

  /// The most that is kept; what is not is drawn when it is lent.
  private static let mostBytes = 32 << 20

  /// Of a run whose tasks are sent, and known ahead.
  init?(_ run: Run) {
    guard run.plan.episodes == .sent, run.roundsAhead > 0 else { return nil }
    self.run = run
  }

  /// Begins to draw some ranges of a round's tasks, and forgets those of rounds before.
  func draw(_ work: (round: Int, ranges: [TaskRange])?) {
    drawn.withLock { $0.removeAll() }
    guard let (round, ranges) = work else { return }
    var room = Self.mostBytes / run.shapes(of: round).bytes
    for range in ranges {
      room -= range.count
      guard room >= 0 else { break }
      queue.async { [self] in
        let episodes = run.episodes(round, range, given: Parameters([]))
        drawn.withLock { $0[Key(round: round, range: range)] = episodes }
      }
    }
  }

  /// The data of a range of a round's tasks, if it was to be drawn.
  func take(_ range: TaskRange, of round: Int) -> Episode<NDArray>? {
    queue.sync {}
    return drawn.withLock { $0.removeValue(forKey: Key(round: round, range: range)) }
  }
}

extension Episode<Shape> {
  /// Of one task's inputs; targets are little beside them.
  fileprivate var bytes: Int {
    max(1, (support.inputs.count + query.inputs.count) * MemoryLayout<Float>.size)
  }
}
