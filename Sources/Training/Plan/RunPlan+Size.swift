import Coordination
import Episodes
import Execution
import Graphs
import MetaLearning
import NDArrays
import Networks
import Optimizers

/// Whether the programs that a plan means can be compiled and run: asked wherever a plan is read, so that nobody
/// who has one meets a program that is too large.
extension RunPlan {
  /// Does nothing as long as it is not known what tasks look like.
  func checkSize() throws(PlanTooLarge) {
    guard isComplete else { return }
    try checkTraining()
    if let validation { try check(validation.measured, in: "validation") }
    try check(evaluation, in: "evaluation")
  }

  private func checkTraining() throws(PlanTooLarge) {
    let part = PlanPart(
      name: "a task in training", keys: keys("tasks", tasks) + networkKeys + ["learner.inner-steps"]
    )
    let base = trainingLearner()
    let shapes = trainingTasks().shapes
    try part.check(base, shapes, innerSteps: base.innerSteps)
    let learner = outer?.method(batch: batch, kernels: .fastest).learner(base) ?? base
    for stage in learner.stages {
      try part.check(stage.learner.metaGradientProgram(shapes))
    }
    try PlanPart(name: "the outer update", keys: networkKeys + ["optimizer.method"])
      .check(
        optimizer.optimizer.updateProgram(learner.layout, tasks: nonFinite == .skip ? nil : batch))
  }

  private func check(_ measured: EvaluationPlan, in section: String) throws(PlanTooLarge) {
    let part = PlanPart(
      name: "a task in \(section)",
      keys: keys(section, measured.family) + networkKeys + ["\(section).inner-steps"])
    let learner = metaLearner(measured.network, measured.learner)
    let shapes = measured.family.tasks().shapes
    try part.check(learner, shapes, innerSteps: measured.innerSteps)
    try part.check(
      learner.evaluationProgram(
        shapes, steps: measured.innerSteps, normalizedBy: measured.statistics, tellingMoves: true))
  }

  private var networkKeys: [String] { keys("network", network) }

  /// Those of a kind's keys that say how much of something there is.
  private func keys(_ section: String, _ kind: some PlanKind) -> [String] {
    let sizes = ["ways", "shots", "query", "image", "hidden", "filters", "layers"]
    return kind.settings.map(\.key).filter(sizes.contains).map { "\(section).\($0)" }
  }
}

/// What a plan's program is for, and what its size depends on.
private struct PlanPart {
  var name: String
  var keys: [String]

  /// Before a program is written down.
  func check(
    _ learner: any MetaLearner, _ shapes: Episode<Shape>, innerSteps: Int
  ) throws(PlanTooLarge) {
    // An inner step takes more than that with each array of the network's weights.
    let instructions = 8 * innerSteps * learner.network.layout.count
    let data = [shapes.support, shapes.query].flatMap { [$0.inputs, $0.targets] }
    try explaining { () throws(ProgramTooLarge) in
      guard instructions <= ProgramTooLarge.mostInstructions else {
        throw .length(instructions: instructions)
      }
      try Executable.check(data + learner.layout.leaves)
    }
  }

  func check(_ program: Program) throws(PlanTooLarge) {
    try explaining { () throws(ProgramTooLarge) in try Executable.check(program) }
  }

  private func explaining(
    _ check: () throws(ProgramTooLarge) -> Void
  ) throws(PlanTooLarge) {
    do { try check() } catch { throw PlanTooLarge(part: name, excess: error, keys: keys) }
  }
}
