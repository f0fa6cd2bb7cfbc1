import Coordination
import NDArrays

/// Something to train that costs nothing, and whose bits show any change in what is joined to what.
struct Problem: Sendable {
  var seed: UInt64
  var rounds: Rounds
  /// Whether a step's tasks hang on what is remembered of those before.
  var remembers: Bool
  /// Left out in training.
  var skipped: Faults.BadTask?

  struct State: Equatable, Sendable {
    /// Training steps.
    var step = 0
    var parameters: [Float] = [0.5, -1.5, 3]
    /// Of the tasks of the last step, if anything is remembered.
    var memory: [Float] = []
    /// What was validated best, and how well.
    var best: Best?
    /// The rows of the evaluation.
    var evaluation: [Float] = []
  }

  struct Best: Equatable, Sendable {
    var parameters: [Float]
    var score: Float
  }

  /// - Parameter memory: what the tasks hang on; the state's, unless they were named too early.
  func sum(
    _ range: TaskRange, of round: Int, at state: State, memory: [Float]
  ) -> TaskSum {
    if let (left, right) = range.halves {
      let halves = [left, right].map { sum($0, of: round, at: state, memory: memory) }
      return halves[0].joined(with: halves[1])
    }
    let key = RandomKey(seed: seed).child(UInt64(round)).child(UInt64(range.lower))
    var stream = memory.reduce(key) { $0.child(UInt64($1.bitPattern)) }.stream
    return switch rounds.kind(of: round) {
    case .training: training(range, state.parameters, &stream)
    case .validation: row(range, state.parameters, &stream)
    case .evaluation: row(range, state.best?.parameters ?? state.parameters, &stream)
    }
  }

  private func training(
    _ range: TaskRange, _ parameters: [Float], _ stream: inout RandomStream
  ) -> TaskSum {
    let values = parameters.map { $0 * 0.1 + stream.uniform(-1...1) }
    guard remembers else { return TaskSum(range: range, values: values) }
    return TaskSum(
      range: range, values: values + [stream.uniform(-1...1)], added: values.count)
  }

  private func row(
    _ range: TaskRange, _ parameters: [Float], _ stream: inout RandomStream
  ) -> TaskSum {
    let values = parameters.prefix(2).map { $0 * stream.uniform(-1...1) }
    return TaskSum(range: range, values: values, added: 0)
  }

  func applying(_ sum: TaskSum, of round: Int, to state: State) -> State {
    var state = state
    switch rounds.kind(of: round) {
    case .training:
      state.step += 1
      state.memory = Array(sum.values.dropFirst(state.parameters.count))
      state.parameters = zip(state.parameters, sum.values).map { $0 - 2 * $1 / Float(sum.counted) }
    case .validation:
      // No plain sum, so that a wrong order shows.
      let score = sum.values.reduce(Float(0)) { 0.7 * $0 + $1 }
      if state.best.map({ score > $0.score }) ?? true {
        state.best = Best(parameters: state.parameters, score: score)
      }
    case .evaluation: state.evaluation = sum.values
    }
    return state
  }

  private func meaning(_ range: TaskRange, of round: Int, at state: State) -> TaskSum {
    guard let skipped, skipped.round == round, range.indices.contains(skipped.task) else {
      return sum(range, of: round, at: state, memory: state.memory)
    }
    guard let (left, right) = range.halves else { return TaskSum(skipping: skipped.task) }
    return meaning(left, of: round, at: state).joined(with: meaning(right, of: round, at: state))
  }

  /// What a run means: every round in turn, without a cluster.
  var trained: State {
    (0..<rounds.count).reduce(State()) { state, round in
      let tasks = TaskRange(batch: rounds.tasks(in: round))
      return applying(meaning(tasks, of: round, at: state), of: round, to: state)
    }
  }
}
