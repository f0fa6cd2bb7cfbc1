public import Coordination
public import Episodes
import Execution
public import Graphs
public import NDArrays

/// Computes sums of meta-gradients over ranges of tasks, on one thread, in memory made once.
///
/// A class because it owns an arena. It may be handed to the thread that will use it; two threads
/// never share one.
public final class TaskRunner: @unchecked Sendable {
  private let trainer: Trainer
  private var given: Parameters<NDArray>?
  /// Of the stage in which the last range was.
  private var memory: (arena: TaskArena, stage: Int)?
  private let sums: SumLayout
  /// Of the tasks so far, which come in order.
  private var rows: [Float] = []

  public init(_ trainer: Trainer) {
    self.trainer = trainer
    sums = trainer.sums
  }

  /// From now on meta-gradients are taken at these parameters, of the tasks that stand behind them where
  /// any do; see ``Trainer/given``.
  public func set(_ given: Parameters<NDArray>) {
    self.given = given
    memory?.arena.set(given)
  }

  /// The sum over a range of a step's tasks, whose data is stacked in `episodes` from its first task on.
  public func sum(_ range: TaskRange, of step: Int, _ episodes: Episode<PackedArray>) -> TaskSum {
    let stack = Stack(
      arena: arena(ofStep: step), episodes: episodes, first: range.lower,
      tasks: StepTasks(trainer, step: step, given: given), told: trainer.told(in: given))
    rows.removeAll(keepingCapacity: true)
    return sums.sum(range, added: total(range, stack), rows: rows)
  }

  /// Where a step's tasks are run; the memory of another stage is given back first.
  private func arena(ofStep step: Int) -> TaskArena {
    let stage = trainer.stage(ofStep: step)
    if let memory, memory.stage == stage { return memory.arena }
    memory = nil
    let arena = TaskArena(trainer.metaGradient(atStep: step), of: trainer.learner)
    if let given { arena.set(given) }
    memory = (arena, stage)
    return arena
  }

  /// The data of some of a step's tasks, from the first of them on, and where they are run.
  private struct Stack {
    var arena: TaskArena
    var episodes: Episode<PackedArray>
    var first: Int
    var tasks: StepTasks
    /// See ``MetaLearner/told``.
    var told: [NDArray]
  }

  /// What the tasks of `range` add up to.
  ///
  /// A sum is as long as all parameters, so there are only those that wait for the one on their right: they
  /// are kept neither for the next range nor for a single task, which is added from where it lies.
  private func total(_ range: TaskRange, _ stack: Stack) -> [Float] {
    guard let (left, right) = range.halves else {
      run(range.lower, stack)
      return results(of: stack.arena)
    }
    var sum = total(left, stack)
    if right.count == 1 {
      run(right.lower, stack)
      addResults(of: stack.arena, to: &sum)
    } else {
      TaskSum.add(total(right, stack), to: &sum)
    }
    return sum
  }

  private func run(_ task: Int, _ stack: Stack) {
    stack.arena.tell(task, stack.told)
    stack.arena.run(
      task - stack.first, of: stack.episodes, key: trainer.key(of: stack.tasks[task]))
    if sums.width > 0 { note(stack.arena) }
  }

  /// Appends the row of the last task: its loss, and what stands behind the meta-gradient.
  private func note(_ arena: TaskArena) {
    rows += arena.result(1)
    for index in 1..<sums.row.count { rows += arena.result(sums.shapes.count + index - 1) }
  }

  /// What the last task came to.
  private func results(of arena: TaskArena) -> [Float] {
    [Float](unsafeUninitializedCapacity: sums.count) { sum, count in
      for leaf in sums.shapes.leaves.indices {
        let part = UnsafeMutableBufferPointer(rebasing: sum[sums.range(leaf)])
        _ = part.initialize(fromContentsOf: arena.result(leaf))
      }
      count = sums.count
    }
  }

  private func addResults(of arena: TaskArena, to sum: inout [Float]) {
    sum.withUnsafeMutableBufferPointer { sum in
      for leaf in sums.shapes.leaves.indices {
        TaskSum.add(
          arena.result(leaf),
          to: UnsafeMutableBufferPointer(rebasing: sum[sums.range(leaf)]))
      }
    }
  }
}

extension Trainer {
  /// What all tasks of a step come to, by what ranges of them do.
  func stepSum(_ policy: NonFinitePolicy, _ compute: (TaskRange) -> TaskSum) -> TaskSum {
    switch policy {
    case .stop: compute(wholeStep)
    case .skip: TaskSum.skipping(in: wholeStep, compute)
    }
  }

  /// The serial meaning of a step: every task in turn, summed over the tree, then the update.
  public func stepped(_ state: TrainingState, _ runner: TaskRunner) -> TrainingState {
    let given = given(of: state)
    runner.set(given)
    let sum = stepSum(nonFinite) { range in
      runner.sum(range, of: state.step, episodes(step: state.step, range, given: given))
    }
    return applying(sum.values, of: sum.counted, to: state)
  }
}
