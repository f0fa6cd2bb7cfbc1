import Episodes
public import Execution
import Graphs
public import MetaLearning
import NDArrays
import Training

extension MetaLearned {
  /// What is left of the learner after it saw a new task.
  ///
  /// - Parameters:
  ///   - statistics: whose means and variances normalise answers, where the network normalises by
  ///     batches: those of the support set, so that an answer depends on what is asked alone; or of all
  ///     that is asked at once, as papers mostly measure.
  ///   - steps: inner steps; as in the plan's evaluation unless said otherwise.
  ///   - seed: where a method that draws something for each task, as MT-net does, has it from.
  public func adapted(
    to support: Support, statistics: QueryStatistics = .supportSet, steps: Int? = nil,
    seed: UInt64 = 1
  ) throws(UseError) -> Adapted {
    try Adapter(self, like: support, steps: steps, seed: seed)
      .adapted(to: support, statistics: statistics)
  }
}

/// Adaptation compiled for support sets of one shape. One thread uses it.
public final class Adapter {
  public let learned: MetaLearned
  public let steps: Int
  private let shape: Batch<Shape>
  private let names: [String]
  private let arena: Arena
  private let executable: Executable

  /// - Parameter support: tells the shape alone.
  public init(
    _ learned: MetaLearned, like support: Support, steps: Int? = nil, seed: UInt64 = 1,
    kernels: Kernels = .fastest
  ) throws(UseError) {
    try support.check(for: learned.inputs)
    self.learned = learned
    self.steps = steps ?? learned.innerSteps
    shape = support.batch.map(\.shape)
    let learner = learned.learner
    let (names, program) = learner.adaptation(support: shape, steps: self.steps)
    self.names = names
    try checkSize(of: program, "fewer inner steps or a smaller support set need less")
    executable = Executable(program, kernels: kernels)
    arena = Arena(for: executable)
    let noise = learner.noise.noise(ofTask: RandomKey(seed: seed))
    for (index, draw) in noise.enumerated() {
      arena.write(draw.elements, toInput: learned.parameters.count + 2 + index)
    }
    for (index, leaf) in learned.parameters.leaves.enumerated() {
      arena.write(leaf.elements, toInput: index)
    }
    executable.prepare(arena)
  }

  /// - Traps: for a support set of another shape.
  public func adapted(
    to support: Support, statistics: QueryStatistics = .supportSet
  ) throws(UseError) -> Adapted {
    let weights = self.weights(for: support)
    guard weights.leaves.allSatisfy({ $0.elements.allSatisfy(\.isFinite) }) else {
      throw .misfit("adaptation diverged: weights are not finite after \(steps) steps")
    }
    return Adapted(
      plan: learned.plan, weights: weights, support: support, statistics: statistics, steps: steps,
      digest: learned.digest)
  }

  /// Adaptation alone: all that takes the time of it.
  public func run(on support: Support) {
    precondition(support.batch.map(\.shape) == shape, "the support set has another shape")
    arena.write(support.inputs.elements, toInput: learned.parameters.count)
    arena.write(support.targets.elements, toInput: learned.parameters.count + 1)
    executable.run(arena)
  }

  private func weights(for support: Support) -> Parameters<NDArray> {
    run(on: support)
    let leaves = executable.program.resultShapes.enumerated().map {
      NDArray(Array(arena.result($0)), shape: $1)
    }
    return Parameters(names: names, leaves: leaves)
  }
}

/// - Parameter advice: what needs less memory.
func checkSize(of program: Program, _ advice: String) throws(UseError) {
  do throws(ProgramTooLarge) { try Executable.check(program) } catch {
    throw .misfit("what is asked \(error); \(advice)")
  }
}

extension Support {
  var batch: Batch<NDArray> { Batch(inputs: inputs, targets: targets) }
}
