/// A plan that needs no file.
public struct BuiltInPlan: Hashable, Sendable {
  public let name: String
  /// One line.
  public let summary: String
  public let yaml: String

  public init(name: String, summary: String, yaml: String) {
    (self.name, self.summary, self.yaml) = (name, summary, yaml)
  }

  public func plan(
    overrides: [String] = [], catalogue: Catalogue = .standard
  ) throws(PlanError) -> RunPlan {
    try RunPlan(yaml: yaml, source: name, overrides: overrides, catalogue: catalogue)
  }

  static let standard =
    [sinusoid, sinusoidFirstOrder, sinusoidPretrained, sinusoidOracle] + varyingSinusoids
    + polynomials + omniglot
}

extension BuiltInPlan {
  static let sinusoid = BuiltInPlan(
    name: "sinusoid", summary: "MAML on sinusoids of varying amplitude and phase",
    yaml: """
      # Finn, Abbeel & Levine 2017, section 5.1. The inner rate is that of the authors' code; with the
      # paper's 0.01 a few tasks of 5 shots come near to diverging. The paper leaves the initialiser
      # open; the code's (truncated-normal, 0.01) is stuck on a plateau for one seed in five.
      seed: 1
      steps: 70000
      batch: 25                     # tasks a step
      tasks:      {family: sinusoid, shots: 10, query: 10}
      network:    {kind: mlp, hidden: [40, 40], activation: relu, initializer: {kind: glorot-uniform}}
      learner:    {method: maml, order: second, inner-steps: 1, inner-rate: 0.001}
      loss:       {kind: mean-squared-error}
      optimizer:  {method: adam, rate: 0.001}
      evaluation: {tasks: 600, shots: 5, inner-steps: 10}
      checkpoint: {every: 1000}

      """)

  static let sinusoidFirstOrder = BuiltInPlan(
    name: "sinusoid-first-order", summary: "first-order MAML on the same sinusoids: cheaper steps",
    yaml: """
      # As sinusoid, with inner slopes taken as constants (Finn, Abbeel & Levine 2017, section 5.2).
      seed: 1
      steps: 70000
      batch: 25
      tasks:      {family: sinusoid, shots: 10, query: 10}
      network:    {kind: mlp, hidden: [40, 40], activation: relu, initializer: {kind: glorot-uniform}}
      learner:    {method: maml, order: first, inner-steps: 1, inner-rate: 0.001}
      optimizer:  {method: adam, rate: 0.001}
      evaluation: {tasks: 600, shots: 5, inner-steps: 10}
      checkpoint: {every: 1000}

      """)

  static let sinusoidPretrained = BuiltInPlan(
    name: "sinusoid-pretrained", summary: "the control: one network for all sinusoids, fine-tuned",
    yaml: """
      # The baseline of Finn, Abbeel & Levine 2017, section 5.1: trained on all tasks at once, adapted
      # only in evaluation. Of 0.001, 0.003, 0.01 and 0.03 this rate serves it best.
      seed: 1
      steps: 70000
      batch: 25
      tasks:      {family: sinusoid, shots: 10, query: 10}
      network:    {kind: mlp, hidden: [40, 40], activation: relu, initializer: {kind: glorot-uniform}}
      learner:    {method: joint, inner-rate: 0.01}
      optimizer:  {method: adam, rate: 0.001}
      evaluation: {tasks: 600, shots: 5, inner-steps: 10}
      checkpoint: {every: 1000}

      """)

  static let sinusoidOracle = BuiltInPlan(
    name: "sinusoid-oracle", summary: "the other control: a network told amplitude and phase",
    yaml: """
      # The oracle of Finn, Abbeel & Levine 2017, section 5.1: what could be reached if the task were
      # known. It has nothing to adapt to, so what counts is its loss after 0 inner steps.
      seed: 1
      steps: 70000
      batch: 25
      tasks:      {family: sinusoid, shots: 10, query: 10, told: curve}
      network:    {kind: mlp, hidden: [40, 40], activation: relu, initializer: {kind: glorot-uniform}}
      learner:    {method: joint, inner-rate: 0.01}
      optimizer:  {method: adam, rate: 0.001}
      evaluation: {tasks: 600, shots: 5, inner-steps: 0}
      checkpoint: {every: 1000}

      """)
}
