public import Episodes
public import Execution
public import MetaLearning
public import NDArrays
public import Networks

/// One kind of tasks, network or learner that a plan can name, with its settings.
///
/// A kind reads the keys of its section, and writes them back: read again, what it writes gives an
/// equal value.
public protocol PlanKind: Hashable, Sendable {
  /// What the plan calls it.
  static var name: String { get }

  /// Reads every key of its section but the name; a key that it does not ask for is an error.
  init(_ reader: inout PlanReader) throws(PlanError)

  /// Its keys, in the order of its documentation, every value spelled out.
  var settings: [(key: String, value: PlanValue)] { get }

  /// Takes what `evaluation` or `validation` says of it; by default there is nothing to say.
  mutating func readEvaluation(
    _ reader: inout PlanReader, _ purpose: EvaluationPlan.Purpose
  ) throws(PlanError)

  /// The keys that `readEvaluation` asks for.
  var evaluationSettings: [(key: String, value: PlanValue)] { get }
}

extension PlanKind {
  public mutating func readEvaluation(
    _ reader: inout PlanReader, _ purpose: EvaluationPlan.Purpose
  ) throws(PlanError) {}
  public var evaluationSettings: [(key: String, value: PlanValue)] { [] }
}

/// The tasks of a run: `tasks.family`.
public protocol TasksPlan: PlanKind {
  func tasks() -> any TaskDistribution

  /// What tasks ask for; by default numbers.
  var targets: Loss.Targets { get }

  /// The file of images that tasks are drawn from; by default none is.
  var imageFile: String? { get }

  /// The shape of those images, once it is known.
  var image: ImageShape? { get }

  /// Takes the images of the file, which are its tasks' from now on; by default there are none.
  mutating func draw(from images: any ImageSource) throws(ImagesError)
}

extension TasksPlan {
  public var targets: Loss.Targets { .numbers }
  public var imageFile: String? { nil }
  public var image: ImageShape? { nil }
  public mutating func draw(from images: any ImageSource) throws(ImagesError) {}
}

/// The network of a run: `network.kind`.
public protocol NetworkPlan: PlanKind {
  /// - Parameters:
  ///   - example: the shape of one input.
  ///   - outputs: how many numbers a task asks for: targets, or classes.
  func network(example: Shape, outputs: Int) -> any Network

  /// Whether there is such a network for inputs of this shape; by default there always is.
  func fits(example: Shape) -> Bool
}

extension NetworkPlan {
  public func fits(example: Shape) -> Bool { true }
}

/// How a run learns to learn: `learner.method`.
public protocol LearnerPlan: PlanKind {
  func learner(_ network: any Network, _ loss: Loss) -> any MetaLearner

  /// What keeps it from learning with this network, for instance a layer that there is not; completes
  /// the sentence "the learner ...". By default nothing does.
  func misfit(with network: any Network) -> String?
}

extension LearnerPlan {
  public func misfit(with network: any Network) -> String? { nil }
}

/// What a run remembers of its tasks: `outer.method`. A plan that does not name one has none.
public protocol OuterPlan: PlanKind {
  /// - Parameter batch: tasks a step.
  func method(batch: Int, kernels: Kernels) -> any OuterMethod

  /// What keeps it from working with this learner and so many tasks a step; completes the sentence "outer
  /// ...". By default nothing does.
  func misfit(with learner: any LearnerPlan, batch: Int) -> String?
}

extension OuterPlan {
  public func misfit(with learner: any LearnerPlan, batch: Int) -> String? { nil }
}
