import Episodes
import Execution
import Graphs
import NDArrays

/// A program of a task, in memory made once: parameters are written once, episodes one after another.
final class TaskArena {
  private let executable: Executable
  private let arena: Arena
  private let firstDatum: Int

  /// - Parameter parameters: how many of the program's inputs are parameters; the episode follows.
  init(_ executable: Executable, parameters: Int) {
    self.executable = executable
    arena = Arena(for: executable)
    firstDatum = parameters
  }

  func set(_ parameters: Parameters<NDArray>) {
    for (index, leaf) in parameters.leaves.enumerated() {
      arena.write(leaf.elements, toInput: index)
    }
    executable.prepare(arena)
  }

  /// Runs one of the tasks whose data is stacked in `episodes`.
  func run(_ task: Int, of episodes: Episode<NDArray>) {
    write(task, episodes.support.inputs, firstDatum)
    write(task, episodes.support.targets, firstDatum + 1)
    write(task, episodes.query.inputs, firstDatum + 2)
    write(task, episodes.query.targets, firstDatum + 3)
    executable.run(arena)
  }

  /// One of the results of the last task.
  func result(_ index: Int) -> UnsafeBufferPointer<Float> { arena.result(index) }

  /// All of them, one after the other.
  var results: [Float] { executable.program.results.indices.flatMap { Array(result($0)) } }

  private func write(_ task: Int, _ stack: NDArray, _ input: Int) {
    let count = stack.elements.count / stack.shape[0]
    stack.elements.withUnsafeBufferPointer { values in
      arena.write(
        UnsafeBufferPointer(rebasing: values[task * count..<(task + 1) * count]), toInput: input)
    }
  }
}
