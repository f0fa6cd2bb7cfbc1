import Coordination
import Episodes
import Graphs
import NDArrays
public import Training
import Wire

/// The data of a single task, the parameters, or what is remembered of a step's tasks, is more than a message
/// may hold.
public struct Unsendable: Error, Equatable, CustomStringConvertible {
  public enum Part: Equatable, Sendable {
    case data, parameters, memories
    /// The parameters are so many.
    case arrays(Int)
  }

  public var bytes: Int
  public var part = Part.data

  public var description: String {
    switch part {
    case .data:
      "a task's data is \(bytes) bytes, more than a message can hold;"
        + " with episodes: drawn-by-worker none has to be sent"
    case .parameters:
      "parameters are \(bytes) bytes, more than a message can hold, which is"
        + " \(Limits().parameterBytes); a smaller network has less"
    case .arrays(let count):
      "parameters are \(count) arrays, and a message can hold \(Limits().tensors);"
        + " a network of fewer layers has less"
    case .memories:
      "parameters and what is remembered of a step's tasks are \(bytes) bytes, more than a message"
        + " can hold; a smaller batch has less"
    }
  }
}

extension RunPlan {
  /// How many tasks may travel in one message; any number where none does.
  func mostTasks(_ tasks: any TaskDistribution) throws(Unsendable) -> Int {
    guard episodes == .sent else { return .max }
    let (shapes, limits) = (tasks.shapes, Limits())
    let sets = [shapes.support, shapes.query].map { $0.inputs.count }
    let bytes = (sets[0] + sets[1]) * (tasks.inputs == .pixels ? 1 : 4)
    // Targets and names are little beside inputs.
    let room = limits.frameBytes - limits.frameBytes / 8
    let most = min(limits.elements / max(sets[0], sets[1]), room / bytes)
    guard most > 0 else { throw Unsendable(bytes: bytes) }
    return most
  }
}

extension Run {
  /// Whether all that has to travel fits into messages: to be asked before anything else is begun.
  public func checkMessages() throws(Unsendable) { _ = try mostTasks() }

  /// The least of all its rounds.
  func mostTasks() throws(Unsendable) -> Int {
    try checkParameters()
    try checkMemories()
    var most = try plan.mostTasks(trainer.tasks)
    for evaluator in [validator, evaluator] {
      guard let tasks = evaluator?.tasks else { continue }
      most = min(most, try plan.mostTasks(tasks))
    }
    return most
  }

  /// Whether parameters can be sent to workers, and their meta-gradient back.
  private func checkParameters() throws(Unsendable) {
    let bytes = 4 * max(trainer.parameters.leaves.reduce(0) { $0 + $1.count }, trainer.sums.count)
    guard bytes <= Limits().parameterBytes else {
      throw Unsendable(bytes: bytes, part: .parameters)
    }
    let arrays = trainer.given.count
    guard arrays <= Limits().tensors else {
      throw Unsendable(bytes: bytes, part: .arrays(arrays))
    }
  }

  /// Whether what is remembered of a step's tasks can travel, there and back.
  private func checkMemories() throws(Unsendable) {
    guard trainer.outer != nil else { return }
    let limits = Limits()
    let elements = max(
      trainer.given.leaves.reduce(0) { $0 + $1.count },
      trainer.sums.count(ofTasks: trainer.batch))
    guard elements <= limits.elements - limits.elements / 8 else {
      throw Unsendable(bytes: 4 * elements, part: .memories)
    }
  }
}

extension Limits {
  /// What numbers may take of a message. Names and shapes, of which there are few, are little beside them.
  fileprivate var parameterBytes: Int { frameBytes - 2 * tensors * nameBytes }
}

extension Coordinator.Rules {
  /// What a run is coordinated by.
  init(
    _ run: Run, patience: Duration = .seconds(6), loneliness: Duration? = nil, audit: Double = 0
  ) throws(Unsendable) {
    self.init(
      rounds: run.rounds, patience: patience, leaseTime: run.leaseTime, answerTime: run.answerTime,
      mostTasks: try run.mostTasks(), roundsAhead: run.roundsAhead, loneliness: loneliness,
      nonFinite: run.plan.nonFinite,
      audit: audit > 0
        ? Audit(share: audit, seed: RunName.run(run.plan), wait: patience * 2) : nil)
  }
}

extension Run {
  /// Long enough that an answer's way costs little beside it: about two nanoseconds a byte in all
  /// threads that copy, check and add it, besides what any message costs.
  var leaseTime: Duration {
    .milliseconds(2) + .nanoseconds(120) * answerBytes
  }

  /// A message costs the coordinator's thread some microseconds, and each byte of it a fraction of a
  /// nanosecond.
  var answerTime: Duration { .microseconds(20) + .nanoseconds(answerBytes / 2) }

  private var answerBytes: Int { trainer.sums.count * MemoryLayout<Float>.size }
}
