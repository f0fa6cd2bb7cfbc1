public import Execution

public struct TaskMemoryPlan: OuterPlan {
  public static let name = "task-memory"

  public var memory: TaskMemory

  public init(_ reader: inout PlanReader) throws(PlanError) {
    memory = TaskMemory(
      tasks: try reader.value("tasks", .whole(1...1 << 16)),
      share: try reader.value(
        "share", .number(above: 0).and("at most 1") { $0 <= 1 }, default: 0.5))
  }

  public var settings: [(key: String, value: PlanValue)] {
    [("tasks", .whole(memory.tasks)), ("share", .number(memory.share))]
  }

  public func method(batch: Int, kernels: Kernels) -> any OuterMethod { memory }

  /// Other learners have parameters that are no weights, or a meta-gradient of their own.
  public func misfit(with learner: any LearnerPlan, batch: Int) -> String? {
    guard learner is MAMLPlan else {
      return "remembers where maml led, and works with no other method"
    }
    return memory.tasks < batch ? "has \(memory.tasks) tasks, fewer than a step has" : nil
  }
}
