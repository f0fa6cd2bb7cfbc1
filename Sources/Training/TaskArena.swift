import Episodes
import Execution
import Graphs
import MetaLearning
import NDArrays

/// A program of a task, in memory made once: parameters are written once, episodes one after another.
final class TaskArena {
  private let executable: Executable
  private let arena: Arena
  /// The inputs are the learner's parameters, then the episode from here on, then the noise, then what the
  /// task is told.
  private let firstDatum: Int
  private let noise: Parameters<Shape>

  init(_ executable: Executable, of learner: any MetaLearner) {
    self.executable = executable
    arena = Arena(for: executable)
    firstDatum = learner.layout.count
    noise = learner.noise
  }

  /// - Parameter parameters: the learner's; what stands behind them is let be.
  func set(_ parameters: Parameters<NDArray>) {
    for (index, leaf) in parameters.leaves.prefix(firstDatum).enumerated() {
      arena.write(leaf.elements, toInput: index)
    }
    executable.prepare(arena)
  }

  /// Tells the next task what stands in its row of each of `told`.
  func tell(_ task: Int, _ told: [NDArray]) {
    for (index, stack) in told.enumerated() {
      write(task, .floats(stack), firstDatum + 4 + noise.count + index)
    }
  }

  /// Runs one of the tasks whose data is stacked in `episodes`, the one that `key` names.
  func run(_ task: Int, of episodes: Episode<PackedArray>, key: RandomKey) {
    write(task, episodes.support.inputs, firstDatum)
    write(task, episodes.support.targets, firstDatum + 1)
    write(task, episodes.query.inputs, firstDatum + 2)
    write(task, episodes.query.targets, firstDatum + 3)
    for (index, draws) in noise.noise(ofTask: key).enumerated() {
      arena.write(draws.elements, toInput: firstDatum + 4 + index)
    }
    executable.run(arena)
  }

  /// One of the results of the last task.
  func result(_ index: Int) -> UnsafeBufferPointer<Float> { arena.result(index) }

  /// All of them, one after the other.
  var results: [Float] { executable.program.results.indices.flatMap { Array(result($0)) } }

  private func write(_ task: Int, _ stack: PackedArray, _ input: Int) {
    arena.write(toInput: input) { stack.write(task, to: $0) }
  }
}
