import Coordination
public import Episodes
public import Execution
public import Graphs
public import MetaLearning
public import NDArrays

/// The meta-gradient of given parameters on given episodes, spelled out for other frameworks to check.
public struct MetaGradients: Equatable, Sendable {
  /// Query losses before adaptation, one a task.
  public var lossBefore: [Float]
  /// Query losses after each inner step of training: a row a task.
  public var lossAfter: [[Float]]
  /// The mean over the tasks.
  public var gradient: Parameters<NDArray>

  /// - Parameter episodes: stacked, with the tasks as first axis.
  public init(
    _ learner: any MetaLearner, at parameters: Parameters<NDArray>, on episodes: Episode<NDArray>,
    kernels: Kernels
  ) {
    let run = Runner(learner, at: parameters, on: episodes, kernels)
    let tasks = episodes.support.inputs.shape[0]
    let rows = (0..<tasks).map { run($0) }
    let losses = 1 + learner.innerSteps
    lossBefore = rows.map { $0[0] }
    lossAfter = rows.map { Array($0[1..<losses]) }
    let sum = Self.sum(TaskRange(batch: tasks), rows.map { Array($0[losses...]) })
    var offset = 0
    gradient = learner.layout.map { shape in
      defer { offset += shape.count }
      let leaf = sum[offset..<offset + shape.count]
      return NDArray(leaf.map { $0 / Float(tasks) }, shape: shape)
    }
  }

  /// Added over the tree, as in training.
  private static func sum(_ range: TaskRange, _ rows: [[Float]]) -> [Float] {
    guard let (left, right) = range.halves else { return rows[range.lower] }
    var total = sum(left, rows)
    TaskSum.add(sum(right, rows), to: &total)
    return total
  }
}

/// Runs the program of one task after the other.
private struct Runner {
  let executable: Executable
  let arena: Arena
  let firstDatum: Int
  let stacks: [NDArray]

  init(
    _ learner: any MetaLearner, at parameters: Parameters<NDArray>, on episodes: Episode<NDArray>,
    _ kernels: Kernels
  ) {
    let shapes = episodes.map { Shape(Array($0.shape.sizes.dropFirst())) }
    executable = Executable(learner.gradientProgram(shapes), kernels: kernels)
    arena = Arena(for: executable)
    firstDatum = parameters.count
    stacks = [
      episodes.support.inputs, episodes.support.targets, episodes.query.inputs,
      episodes.query.targets,
    ]
    for (index, leaf) in parameters.leaves.enumerated() {
      arena.write(leaf.elements, toInput: index)
    }
    executable.prepare(arena)
  }

  /// The results of a task, one after the other.
  func callAsFunction(_ task: Int) -> [Float] {
    for (index, stack) in stacks.enumerated() {
      let count = stack.elements.count / stack.shape[0]
      arena.write(
        Array(stack.elements[task * count..<(task + 1) * count]), toInput: firstDatum + index)
    }
    executable.run(arena)
    return executable.program.results.indices.flatMap { Array(arena.result($0)) }
  }
}
