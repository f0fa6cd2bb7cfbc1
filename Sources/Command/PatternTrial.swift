import Checkpoints
import Episodes
import Execution
import Graphs
import MetaLearning
import NDArrays
import Training

/// Candidates for a Lambda pattern, tried one after the other on the same tasks.
struct PatternTrial {
  /// Of the full pattern: no steps, and nothing to be done but the evaluation.
  let plan: RunPlan
  private let loaded: LoadedCheckpoint
  private let command: PatternsCommand
  private let overrides: [String]
  private let candidates: [LambdaPattern]
  private let parameters: Parameters<NDArray>

  init(_ loaded: LoadedCheckpoint, _ command: PatternsCommand) throws {
    let written = try Self.plan(loaded, command.changes.overrides)
    overrides = command.changes.overrides + Self.overrides(written, command)
    plan = try Self.plan(loaded, overrides).withImages(from: command.images.data)
    guard let adapts = plan.evaluation.adapts else {
      throw Complaint(
        "\(loaded.path): the plan's learner leaves no choice which layers move", .data)
    }
    guard plan.evaluation.innerSteps > 0 else {
      throw Complaint(
        "a pattern is of one inner step at least, and the evaluation takes none", .data)
    }
    let learner = plan.adaptingLearner()
    let patterns = LambdaPatterns(
      adapts, in: learner.network, steps: plan.evaluation.innerSteps)
    guard let candidates = patterns.candidates(command.candidates) else {
      throw Complaint(
        "--candidates \(command.candidates.rawValue): more than \(LambdaPatterns.most) patterns",
        .usage)
    }
    self.candidates = candidates
    parameters = try loaded.checkpoint.parameters.conforming(to: learner.layout, in: loaded.path)
    (self.loaded, self.command) = (loaded, command)
  }

  private static func plan(_ loaded: LoadedCheckpoint, _ overrides: [String]) throws -> RunPlan {
    try RunPlan(
      yaml: loaded.checkpoint.plan, source: "\(loaded.path): plan", overrides: overrides,
      catalogue: .current)
  }

  /// Patterns are chosen by other tasks than those that evaluation reports.
  private static func overrides(_ plan: RunPlan, _ command: PatternsCommand) -> [String] {
    let seed = command.seed ?? plan.evaluation.seed &+ 1
    return ["steps=0", "validation={every: 0}", "evaluation.seed=\(seed)"]
      + (plan.imageFile == nil ? [] : ["evaluation.split=validation"])
      + (command.steps.map { ["evaluation.inner-steps=\($0)"] } ?? [])
      + (command.tasks.map { ["evaluation.tasks=\($0)"] } ?? [])
  }

  /// The full pattern first.
  func measured() throws -> [PatternSearch.Measured] {
    let plans = try candidates.map(plan)
    var evaluations: [Evaluation] = []
    for (index, plan) in plans.enumerated() {
      let run = Run(plan, kernels: command.kernels.resolved)
      evaluations.append(
        try command.local.evaluation(
          run, parameters, command.images, command.kernels, command.logging))
      tell("measured \(index + 1) of \(plans.count): \(candidates[index].name)")
    }
    let seconds = times(plans)
    return candidates.indices.map {
      PatternSearch.Measured(candidates[$0], evaluations[$0], seconds: seconds[$0])
    }
  }

  private func plan(_ pattern: LambdaPattern) throws -> RunPlan {
    let own = ["evaluation.adapts=\(pattern.adapting.yaml)"]
    return try Self.plan(loaded, overrides + own).withImages(from: command.images.data)
  }

  /// Seconds of adaptation, the least that each plan took in three rounds over all of them, so that what
  /// slows the machine for a while slows no one pattern.
  private func times(_ plans: [RunPlan]) -> [Double] {
    let adaptations = plans.map {
      TimedAdaptation($0, command.kernels.resolved, parameters)
    }
    return (0..<3).reduce([Double](repeating: .infinity, count: plans.count)) { least, _ in
      zip(least, adaptations).map { min($0, leastTime($1.run) / .seconds(1)) }
    }
  }
}

/// Adaptation to the first of a plan's tasks, ready to be timed.
private struct TimedAdaptation {
  private let executable: Executable
  private let arena: Arena

  init(_ plan: RunPlan, _ kernels: Kernels, _ parameters: Parameters<NDArray>) {
    let evaluator = Run(plan, kernels: kernels).evaluator
    let key = evaluator.key(ofTask: 0)
    let support = evaluator.tasks.episode(key).support
    let program = evaluator.learner.adaptation(
      support: support.map(\.shape), steps: evaluator.innerSteps
    ).program
    executable = Executable(program, kernels: kernels)
    arena = Arena(for: executable)
    let inputs =
      parameters.leaves + [support.inputs, support.targets]
      + evaluator.learner.noise.noise(ofTask: key)
    for (index, input) in inputs.enumerated() { arena.write(input.elements, toInput: index) }
    executable.prepare(arena)
  }

  func run() { executable.run(arena) }
}
