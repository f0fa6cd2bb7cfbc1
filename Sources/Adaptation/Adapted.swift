import Execution
public import Graphs
public import MetaLearning
public import NDArrays
public import Training

/// A learner that has adapted to a task, and answers.
public struct Adapted: Sendable {
  public let plan: RunPlan
  /// The network's, after adaptation.
  public let weights: Parameters<NDArray>
  /// The support set's inputs, where they normalise answers.
  public let supportInputs: NDArray?
  /// The names of the classes, in the order of the network's scores; none where values are answered.
  public let classes: [String]
  /// Whose means and variances normalise answers; `nil` where it makes no difference.
  public let statistics: QueryStatistics?
  /// Inner steps that were taken.
  public let steps: Int
  /// Names the parameters that adaptation began from.
  public let digest: String
  /// What becomes of the ink of images that come by themselves.
  public var ink = Ink.asIs

  init(
    plan: RunPlan, weights: Parameters<NDArray>, support: Support, statistics: QueryStatistics,
    steps: Int, digest: String
  ) {
    (self.plan, self.weights, self.steps, self.digest) = (plan, weights, steps, digest)
    classes = support.classes
    let matters = plan.adaptingLearner().statisticsMatter(
      weights.map(\.shape), to: Shape([2] + InputShape(plan).example.sizes))
    self.statistics = matters ? statistics : nil
    supportInputs = matters ? support.inputs : nil
  }

  /// - Parameter statistics: that it makes a difference whose, if it is known.
  init(
    plan: RunPlan, weights: Parameters<NDArray>, supportInputs: NDArray?, classes: [String],
    statistics: QueryStatistics?, steps: Int, digest: String, ink: Ink
  ) {
    (self.plan, self.weights, self.supportInputs) = (plan, weights, supportInputs)
    (self.classes, self.statistics, self.steps) = (classes, statistics, steps)
    (self.digest, self.ink) = (digest, ink)
  }

  /// The same, with answers normalised by other statistics, if it makes a difference.
  public func normalized(by other: QueryStatistics) -> Adapted {
    Adapted(
      plan: plan, weights: weights, supportInputs: supportInputs, classes: classes,
      statistics: statistics == nil ? nil : other, steps: steps, digest: digest,
      ink: ink)
  }

  /// What it is asked.
  public var inputs: InputShape { InputShape(plan) }

  /// The answer to each input. To answer time and again, keep a ``Predictor``.
  ///
  /// - Parameter inputs: `[n]` and the shape of an example.
  public func predict(_ inputs: NDArray) throws(UseError) -> [Prediction] {
    try self.inputs.check(inputs)
    return try Predictor(self, atOnce: Predictor.fitting(inputs.shape[0], self)).predict(inputs)
  }
}

/// The answer to one input.
public struct Prediction: Equatable, Sendable {
  /// Values, or a score for each output of the network.
  public var outputs: [Float]
  /// The probability of each class, in the order of ``Adapted/classes``; none where values are
  /// answered.
  public var probabilities: [Float]
  /// The class of the highest probability, the first of several.
  public var label: String?
}
