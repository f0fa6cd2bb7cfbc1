import Checkpoints
public import Graphs
public import MetaLearning
public import NDArrays
import Networks
public import Training

/// What a run has learned across tasks, ready to adapt to new ones.
///
///     let learned = try MetaLearned.load("runs/omniglot")
///     let adapted = try learned.adapted(to: learned.support(at: "letters"))
///     for answer in try adapted.predict(adapted.inputs(at: "unknown.png")) { print(answer.label ?? "") }
public struct MetaLearned: Sendable {
  /// The run's plan; its `evaluation` says how to adapt.
  public let plan: RunPlan
  public let parameters: Parameters<NDArray>
  /// Names the parameters: that of the checkpoint they come from.
  public let digest: String

  /// Loads a checkpoint, or the best or else the newest one of the run whose folder `path` is. Where
  /// tasks are made of images, those are not needed.
  ///
  /// - Parameters:
  ///   - plan: the text of another plan to adapt by, such as one that names a Lambda pattern.
  ///   - overrides: values of the plan to replace, as in `evaluation.inner-rate=0.1`.
  ///   - catalogue: what the plan can name.
  public static func load(
    _ path: String, plan: (yaml: String, source: String)? = nil, overrides: [String] = [],
    catalogue: Catalogue = .standard
  ) throws(UseError) -> MetaLearned {
    let loaded: LoadedCheckpoint
    do { loaded = try LoadedCheckpoint(at: path) } catch { throw .checkpoint(error) }
    let text = plan ?? (loaded.checkpoint.plan, "\(loaded.path): plan")
    return try MetaLearned(
      resolved(text, overrides, catalogue), loaded.checkpoint.parameters, from: loaded.path,
      digest: loaded.checkpoint.digest.description)
  }

  private init(
    _ plan: RunPlan, _ parameters: Parameters<NDArray>, from path: String, digest: String
  ) throws(UseError) {
    (self.plan, self.digest) = (plan, digest)
    do {
      self.parameters = try parameters.conforming(to: plan.trainingLearner().layout)
    } catch {
      throw .parameters(path: path, error)
    }
  }

  /// Where nothing else is said, adaptation takes as many inner steps as the plan's evaluation.
  public var innerSteps: Int { plan.evaluation.innerSteps }

  /// How it adapts: as in evaluation.
  public var learner: any MetaLearner { plan.adaptingLearner() }

  /// What it is asked and shown.
  public var inputs: InputShape { InputShape(plan) }
}

/// A plan of which all is known that a network and a learner are made of.
func resolved(
  _ text: (yaml: String, source: String), _ overrides: [String], _ catalogue: Catalogue
) throws(UseError) -> RunPlan {
  let plan: RunPlan
  do {
    plan = try RunPlan(
      yaml: text.yaml, source: text.source, overrides: overrides, catalogue: catalogue)
  } catch {
    throw .plan(error)
  }
  guard plan.isComplete else {
    throw .contents(path: text.source, "it does not say what its images look like")
  }
  return plan
}

extension MetaLearned {
  /// What the network answers before any adaptation, all inputs being normalised together: scores of
  /// classes `[n, outputs]`, or values.
  public func outputs(of inputs: NDArray) throws(UseError) -> NDArray {
    let shape = self.inputs
    let one = NDArray(repeating: 0, shape: Shape([1] + shape.example.sizes))
    let nothing =
      shape.areClasses
      ? Support(inputs: one, classes: ["any"])
      : Support(inputs: one, values: NDArray(repeating: 0, shape: [1, shape.outputs]))
    let answers = try adapted(to: nothing, statistics: .querySet, steps: 0).predict(inputs)
    return NDArray(answers.flatMap(\.outputs), shape: [answers.count, shape.outputs])
  }
}
