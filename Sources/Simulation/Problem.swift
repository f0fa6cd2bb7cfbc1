import Coordination
import NDArrays

/// Something to train that costs nothing, and whose bits show any change in what is added to what.
struct Problem: Sendable {
  var seed: UInt64
  var batch: Int

  struct State: Equatable, Sendable {
    var step = 0
    var parameters: [Float] = [0.5, -1.5, 3]
  }

  func sum(_ range: TaskRange, at state: State) -> TaskSum {
    if let (left, right) = range.halves {
      return sum(left, at: state).joined(with: sum(right, at: state))
    }
    var stream = RandomKey(seed: seed).child(UInt64(state.step)).child(UInt64(range.lower)).stream
    return TaskSum(
      range: range, values: state.parameters.map { $0 * 0.1 + stream.uniform(-1...1) })
  }

  func applying(_ sum: TaskSum, to state: State) -> State {
    State(
      step: state.step + 1,
      parameters: zip(state.parameters, sum.values).map { $0 - 0.3 * $1 })
  }

  /// What a run means: every step in turn, without a cluster.
  func trained(steps: Int) -> State {
    (0..<steps).reduce(State()) { state, _ in
      applying(sum(TaskRange(batch: batch), at: state), to: state)
    }
  }
}
