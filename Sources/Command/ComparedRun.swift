import Checkpoints
import Graphs
import Training

/// One of several runs that are measured on the same tasks.
struct ComparedRun {
  let path: String
  /// With nothing in it to be done but the evaluation.
  let plan: RunPlan
  private let loaded: LoadedCheckpoint

  init(_ path: String, _ command: CompareCommand) throws {
    let loaded = try LoadedCheckpoint(at: path)
    if let damage = loaded.passedOver { tell("warning: \(damage); taking \(loaded.path)") }
    plan = try RunPlan(
      yaml: loaded.checkpoint.plan, source: "\(loaded.path): plan",
      overrides: command.changes.overrides + command.sizes.overrides
        + ["steps=0", "validation={every: 0}"],
      catalogue: .current
    ).withImages(from: command.images.data)
    (self.path, self.loaded) = (path, loaded)
  }

  func assertSameTasks(as base: ComparedRun) throws(Complaint) {
    guard let other = plan.evaluation.firstDifference(from: base.plan.evaluation) else { return }
    throw Complaint(
      "\(path) meets other tasks than \(base.path): \(other.key) is \(other.here ?? "not there"), "
        + "not \(other.there ?? "left out")", .data)
  }

  func evaluation(_ command: CompareCommand) throws -> Evaluation {
    let run = Run(plan, kernels: command.kernels.resolved)
    let parameters = try loaded.checkpoint.parameters.conforming(
      to: run.trainer.parameters, in: loaded.path)
    return try command.local.evaluation(
      run, parameters, command.images, command.kernels, command.logging)
  }
}
