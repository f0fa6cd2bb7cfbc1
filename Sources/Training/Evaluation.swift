public import Episodes
public import Execution
public import Graphs
public import MetaLearning
public import NDArrays

/// How well parameters adapt to tasks that training never saw.
public struct Evaluation: Equatable, Sendable {
  /// Query losses: a row for each task, in order, with the loss after 0, 1, ... inner steps.
  public var losses: [[Float]]

  /// A mean and half the width of its 95 % confidence interval: 1.96 standard errors, with the
  /// standard deviation of a population, as in the code of MAML's authors.
  public struct Estimate: Equatable, Sendable {
    public var mean: Double
    public var halfWidth: Double

    public init(_ values: [Double]) {
      let count = Double(values.count)
      mean = values.reduce(0, +) / count
      let mean = mean
      let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / count
      halfWidth = 1.96 * (variance / count).squareRoot()
    }
  }

  /// For each count of inner steps from zero on.
  public var estimates: [Estimate] {
    (losses.first ?? []).indices.map { step in Estimate(losses.map { Double($0[step]) }) }
  }
}

extension Evaluation {
  /// Adapts to tasks `0..<count` of `tasks` under a seed of their own.
  public init(
    _ learner: any MetaLearner, at parameters: Parameters<NDArray>,
    on tasks: any TaskDistribution, count: Int, innerSteps: Int, seed: UInt64,
    kernels: Kernels = .fastest
  ) {
    let executable = Executable(
      learner.evaluationProgram(tasks.shapes, steps: innerSteps), kernels: kernels)
    let arena = Arena(for: executable)
    for (index, leaf) in parameters.leaves.enumerated() {
      arena.write(leaf.elements, toInput: index)
    }
    executable.prepare(arena)
    losses = (0..<count).map { task in
      let episode = tasks.episode(Self.key(seed: seed, task: task))
      let data = [
        episode.support.inputs, episode.support.targets, episode.query.inputs,
        episode.query.targets,
      ]
      for (index, array) in data.enumerated() {
        arena.write(array.elements, toInput: parameters.count + index)
      }
      executable.run(arena)
      return (0...innerSteps).map { arena.result($0)[0] }
    }
  }

  /// The key of an evaluation task: on a branch that training never enters.
  public static func key(seed: UInt64, task: Int) -> RandomKey {
    RandomKey(seed: seed).child(Branch.evaluation).child(UInt64(task))
  }
}
