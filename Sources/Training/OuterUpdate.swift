import Coordination
import Execution
import Graphs
import NDArrays

/// The outer updates of a run, made one after the other in memory made once.
///
/// Everybody waits for an update, so what needs no sum can be done before: ``prepare(for:)``.
public final class OuterUpdate {
  private let trainer: Trainer
  private let arena: Arena
  /// The step whose state stands in the arena.
  private var prepared: Int?

  public init(_ trainer: Trainer) {
    self.trainer = trainer
    arena = Arena(for: trainer.update)
  }

  /// Takes in the state of the next update, of which a run has one at each step.
  public func prepare(for state: TrainingState) {
    guard prepared != state.step else { return }
    let parameters = state.parameters.leaves
    for (index, leaf) in parameters.enumerated() { arena.write(leaf.elements, toInput: index) }
    // The gradient stands between them.
    for (index, leaf) in state.optimizer.leaves.enumerated() {
      arena.write(leaf.elements, toInput: 2 * parameters.count + index)
    }
    prepared = state.step
  }

  /// The state after a step whose tasks came to `sum`.
  ///
  /// - Parameter counted: how many tasks are in the sum; all of them, if not given.
  public func advanced(
    _ state: TrainingState, by sum: [Float], of counted: Int? = nil
  ) -> TrainingState {
    prepare(for: state)
    write(sum, of: counted, at: state)
    trainer.update.prepare(arena)
    trainer.update.run(arena)
    prepared = nil
    return TrainingState(
      step: state.step + 1, parameters: read(state.parameters, from: 0),
      optimizer: read(state.optimizer, from: state.parameters.count),
      memory: trainer.memory(of: state, after: sum), best: state.best)
  }

  private func write(_ sum: [Float], of counted: Int?, at state: TrainingState) {
    let sums = trainer.sums
    precondition(
      sum.count == sums.count(ofTasks: trainer.batch),
      "a sum has \(sums.count(ofTasks: trainer.batch)) values, not \(sum.count)")
    let count = state.parameters.count
    sum.withUnsafeBufferPointer { values in
      for leaf in 2..<sums.shapes.count {
        let gradient = UnsafeBufferPointer(rebasing: values[sums.range(leaf)])
        arena.write(gradient, toInput: count + leaf - 2)
      }
    }
    let scalars = 2 * count + state.optimizer.count
    arena.write([Float(state.step)], toInput: scalars)
    if trainer.nonFinite == .skip {
      arena.write([Float(counted ?? trainer.batch)], toInput: scalars + 1)
    }
  }

  /// Some of the update's results, in the shapes that they had before.
  private func read(_ old: Parameters<NDArray>, from first: Int) -> Parameters<NDArray> {
    var result = first
    return old.map { leaf in
      defer { result += 1 }
      return NDArray(Array(arena.result(result)), shape: leaf.shape)
    }
  }
}

extension Trainer {
  /// The state after a step whose tasks came to `sum`.
  ///
  /// - Parameter counted: how many tasks are in the sum; all of them, if not given.
  public func applying(
    _ sum: [Float], of counted: Int? = nil, to state: TrainingState
  ) -> TrainingState {
    OuterUpdate(self).advanced(state, by: sum, of: counted)
  }
}
