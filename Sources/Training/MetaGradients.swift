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

  /// - Parameter episodes: stacked, with the tasks as first axis. A learner's noise comes from the task's
  ///   place among them.
  public init(
    _ learner: any MetaLearner, at parameters: Parameters<NDArray>, on episodes: Episode<NDArray>,
    kernels: Kernels
  ) throws(ProgramTooLarge) {
    let shapes = episodes.map { Shape(Array($0.shape.sizes.dropFirst())) }
    let program = learner.gradientProgram(shapes)
    try Executable.check(program)
    let arena = TaskArena(Executable(program, kernels: kernels), of: learner)
    arena.set(parameters)
    let (tasks, stack) = (episodes.support.inputs.shape[0], episodes.map(PackedArray.floats))
    let rows = (0..<tasks).map { task in
      arena.run(task, of: stack, key: RandomKey(seed: 0).child(UInt64(task)))
      return arena.results
    }
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
