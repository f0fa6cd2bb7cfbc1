public import Graphs
public import MetaLearning
public import NDArrays

/// Trains on so many tasks again and again, and remembers of each where adaptation led.
///
/// A step has some of the tasks, drawn without replacement. What their memories are for is said at
/// ``RememberedTask``; between its steps a task's memory stays as it is.
///
/// - Source: Wang, Yuan, Ying & Yang 2023, "Memory-Based Optimization Methods for Model-Agnostic Meta-Learning
///   and Personalized Federated Learning", Algorithm 1. A task's memory begins when it is first met, rather than
///   at the initial parameters, so that nothing is computed for tasks before their turn.
public struct TaskMemory: OuterMethod, Hashable {
  public var tasks: Int
  /// See ``RememberedTask/share``.
  public var share: Float

  public init(tasks: Int, share: Float) { (self.tasks, self.share) = (tasks, share) }

  /// For each task whether it has a memory, one or zero; and the memory.
  public func initialMemory(batch: Int, _ parameters: Parameters<Shape>) -> Parameters<NDArray> {
    let memories = parameters.map { NDArray(repeating: 0, shape: Shape([tasks] + $0.sizes)) }
    return memories.grouped(under: "task")
      .merging(Parameters([("known", NDArray(repeating: 0, shape: [tasks]))]))
  }

  public func learner(_ base: any MetaLearner) -> any MetaLearner {
    RememberedTask(base, share: share)
  }

  public var choosesTasks: Bool { true }

  /// All tasks have the names of a first step that were as large.
  public func tasks(of step: OuterStep) -> [TaskName] {
    var stream = step.key.stream
    return stream.sample(step.batch, below: tasks).map { TaskName(step: 0, place: $0) }
  }

  public func told(in step: OuterStep, tasks: [TaskName]) -> Parameters<NDArray> {
    let memories = step.memory.group("task").grouped(under: "memory")
    return memories.merging(Parameters([("known", step.memory["known"])]))
      .map { $0.rows(tasks.map(\.place)) }
  }

  public func memory(
    after step: OuterStep, tasks: [TaskName], rows: Parameters<NDArray>
  ) -> Parameters<NDArray> {
    let known = NDArray(repeating: 1, shape: [tasks.count])
    let new = rows.group("memory").grouped(under: "task").merging(Parameters([("known", known)]))
    return step.memory.paired(with: new) { $0.replacing($1, atRows: tasks.map(\.place)) }
  }
}

extension NDArray {
  /// Floats of one of the first axis' places.
  private var rowSize: Int { elements.count / shape[0] }

  /// Those of the first axis' places, stacked.
  fileprivate func rows(_ places: [Int]) -> NDArray {
    let size = rowSize
    return NDArray(
      places.flatMap { elements[$0 * size..<($0 + 1) * size] },
      shape: Shape([places.count] + shape.sizes.dropFirst()))
  }

  /// The same array with the rows of another at some of the first axis' places.
  fileprivate func replacing(_ other: NDArray, atRows places: [Int]) -> NDArray {
    let size = rowSize
    var elements = elements
    for (row, place) in places.enumerated() {
      for offset in 0..<size {
        elements[place * size + offset] = other.elements[row * size + offset]
      }
    }
    return NDArray(elements, shape: shape)
  }
}
