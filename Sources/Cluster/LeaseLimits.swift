import Coordination
import Episodes
import NDArrays
import Training
import Wire

/// The data of a single task is more than a message may hold.
public struct UnsendableTask: Error, Equatable, CustomStringConvertible {
  public var bytes: Int

  public var description: String {
    "a task's data is \(bytes) bytes, more than a message can hold;"
      + " with episodes: drawn-by-worker none has to be sent"
  }
}

extension RunPlan {
  /// How many tasks may travel in one message; any number where none does.
  func mostTasks(_ tasks: any TaskDistribution) throws(UnsendableTask) -> Int {
    guard episodes == .sent else { return .max }
    let (shapes, limits) = (tasks.shapes, Limits())
    let sets = [shapes.support, shapes.query].map { $0.inputs.count }
    let bytes = (sets[0] + sets[1]) * (tasks.inputs == .pixels ? 1 : 4)
    // Targets and names are little beside inputs.
    let room = limits.frameBytes - limits.frameBytes / 8
    let most = min(limits.elements / max(sets[0], sets[1]), room / bytes)
    guard most > 0 else { throw UnsendableTask(bytes: bytes) }
    return most
  }
}

extension Run {
  /// The least of all its rounds.
  func mostTasks() throws(UnsendableTask) -> Int {
    var most = try plan.mostTasks(trainer.tasks)
    for evaluator in [validator, evaluator] {
      guard let tasks = evaluator?.tasks else { continue }
      most = min(most, try plan.mostTasks(tasks))
    }
    return most
  }
}

extension Coordinator.Rules {
  /// What a run is coordinated by.
  init(
    _ run: Run, patience: Duration = .seconds(6), loneliness: Duration? = nil
  ) throws(UnsendableTask) {
    self.init(
      rounds: run.rounds, patience: patience, leaseTime: run.leaseTime,
      mostTasks: try run.mostTasks(), roundsAhead: run.roundsAhead, loneliness: loneliness)
  }
}

extension Run {
  /// Long enough that an answer's way costs little beside it: about two nanoseconds a byte in all
  /// threads that copy, check and add it, besides what any message costs.
  var leaseTime: Duration {
    .milliseconds(2) + .nanoseconds(60) * (trainer.sums.count * MemoryLayout<Float>.size)
  }
}
