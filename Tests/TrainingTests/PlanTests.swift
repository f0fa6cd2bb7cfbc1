import Episodes
import Graphs
import MetaLearning
import NDArrays
import Networks
import Optimizers
import Testing
import Training

private let small = """
  steps: 100
  batch: 4
  tasks: {family: sinusoid, shots: 10}
  network: {kind: mlp, hidden: [8]}
  learner: {method: maml, inner-rate: 0.01}
  optimizer: {method: adam, rate: 0.001}
  """

private func plan(_ overrides: String...) throws -> RunPlan {
  try RunPlan(yaml: small, source: "small", overrides: overrides)
}

/// Together they visit every case of every choice.
private let variations: [[String]] =
  [
    [], ["seed=18446744073709551615", "episodes=drawn-by-worker", "checkpoint.every=7"],
    ["tasks.family=varying-sinusoid", "tasks.told=curve"],
    ["tasks={family: polynomial, order: 0, shots: 3, query: 4}"],
    ["network.hidden=[]"], ["network.hidden=[3, 4, 5]", "network.initializer.deviation=0.1"],
    ["network.initializer={kind: normal, deviation: 0.3333333}"],
    ["learner={method: joint, inner-rate: 0.02}"],
    ["learner={method: reptile, inner-rate: 0.1, inner-steps: 3}", "evaluation.inner-batch=3"],
    ["learner={method: reptile, inner-rate: 0.1, inner-optimizer: {method: sgd}}"],
    ["learner.method=maml++"], ["learner.method=maml++", "learner.learned-rates=true"],
    [
      "learner={method: maml++, inner-rate: 0.1, adapts: weights, norm-each-step: true}",
      "learner.multi-step-loss={phases: 3, phase-steps: 7}", "learner.first-order-steps=4",
    ],
    ["learner.method=alfa"], ["learner={method: alfa, inner-rate: 0.1, initial-decay: 0}"],
    ["learner.method=t-net"], ["learner.method=mt-net"],
    ["learner={method: mt-net, inner-rate: 0.1, mask: relaxed, temperature: 0.5}"],
    ["learner={method: mt-net, inner-rate: 0.1, mask-each: weight}"],
    ["learner={method: meta-sgd}"], ["learner.adapts=head"],
    ["learner.adapts=[[fc1], [], [fc2, fc1]]", "evaluation.adapts=body"],
    ["learner={method: meta-sgd, order: first, initial-rates: [0.1, 0.1], adapts: weights}"],
    ["learner.order=first", "learner.inner-steps=5", "learner.inner-rate=1e-30"],
    ["optimizer={method: sgd, rate: 16777217}"],
    ["optimizer={method: momentum, rate: 0.1}"],
    ["optimizer={method: momentum, rate: 0.1, momentum: 0, form: nesterov}"],
    ["optimizer.betas=[0, 0.5]", "optimizer.epsilon=1e-20"],
    ["optimizer.clip={kind: elementwise, limit: 10}"],
    ["optimizer.clip={kind: norm, limit: 0.1}"],
    ["optimizer.schedule={kind: linear, steps: 100}"],
    ["optimizer.schedule={kind: cosine, to: 1e-5, steps: 100}"],
    ["optimizer.schedule={kind: stepwise, factor: 0.1, at: [10, 20]}"],
    ["outer.method=task-buffer"], ["outer={method: task-buffer, capacity: 7, share: 1}"],
    ["outer.method=task-weights"],
    [
      "outer={method: task-weights, initial: 1, rate: 0, perturbation: 0.1, normalize-every: 0}"
    ],
    ["outer={method: task-memory, tasks: 4}"],
    ["outer={method: task-memory, tasks: 65536, share: 1}"],
    ["validation.every=10"],
    ["validation={every: 3, tasks: 5, shots: 2, query: 1, inner-steps: 0}"],
    ["evaluation.statistics=each-example"], ["evaluation.statistics=support-set"],
    ["evaluation={tasks: 2, shots: 1, query: 2, inner-steps: 0, inner-rate: 3, seed: 4}"],
  ]
  + Activation.allCases.map { ["network.activation=\($0.rawValue)"] }
  + ["zeros", "glorot-uniform", "he-normal", "he-uniform"].map {
    ["network.initializer.kind=\($0)"]
  }

@Suite struct PlanTests {
  @Test(arguments: variations) func aResolvedPlanReadsBackAsItself(_ overrides: [String]) throws {
    let plan = try RunPlan(yaml: small, source: "small", overrides: overrides)
    let again = try RunPlan(yaml: plan.description, source: "resolved")
    #expect(again == plan)
    #expect(again.description == plan.description)
  }

  @Test func differentPlansHaveDifferentDigests() throws {
    let digests = try variations.map {
      try RunPlan(yaml: small, source: "small", overrides: $0).digest
    }
    // Relu is the default, and so is the plan of no overrides.
    #expect(Set(digests).count == variations.count - 1)
    #expect(digests.allSatisfy { $0.count == 16 })
  }

  /// Changed only on purpose: it is what resumed runs and workers compare.
  @Test func everyValueIsSpelledOut() throws {
    let resolved = try plan()
    #expect(
      resolved.description == """
        seed: 1
        steps: 100
        batch: 4
        episodes: sent
        tasks: {family: sinusoid, shots: 10, query: 10, told: nothing}
        network: {kind: mlp, hidden: [8], activation: relu, \
        initializer: {kind: truncated-normal, deviation: 0.01}}
        learner: {method: maml, order: second, inner-steps: 1, inner-rate: 0.01, adapts: all}
        loss: {kind: mean-squared-error}
        optimizer: {method: adam, rate: 0.001, schedule: {kind: constant}, \
        betas: [0.9, 0.999], epsilon: 1e-08, clip: {kind: none}}
        validation: {every: 0}
        evaluation: {tasks: 600, shots: 10, query: 10, inner-steps: 10, inner-rate: 0.01, \
        adapts: all, statistics: query-set, seed: 1}
        checkpoint: {every: 1000}

        """)
    #expect(resolved.digest == "23918152ba91b7a1")
  }

  @Test func laterOverridesWin() throws {
    #expect(try plan("batch=5", "batch=6").batch == 6)
  }

  @Test func anOverrideReachesASectionThatWasLeftOut() throws {
    #expect(try plan("checkpoint.every=12").checkpoint.every == 12)
    #expect(
      try plan("optimizer.clip.kind=norm", "optimizer.clip.limit=2").optimizer.clip
        == .norm(limit: 2))
  }

  @Test func evaluationIsLikeTrainingUnlessSaidOtherwise() throws {
    let same = try plan("learner.inner-rate=0.5", "tasks.query=3")
    #expect((same.shownInEvaluation, same.rateInEvaluation) == ([10, 3], 0.5))
    let other = try plan("evaluation.inner-rate=0.25", "evaluation.shots=5")
    #expect((other.shownInEvaluation, other.rateInEvaluation) == ([5, 10], 0.25))
  }

  @Test func namesMayBeQuoted() throws {
    #expect(try plan("learner.order='first'") == plan("learner.order=first"))
  }

  @Test func aPlanMeansTheseTypes() throws {
    let plan = try plan(
      "tasks.told=curve", "learner.order=first", "learner.inner-steps=3",
      "optimizer={method: momentum, rate: 0.1, clip: {kind: elementwise, limit: 10}}")
    let trainer = Trainer(plan: plan)
    let learner = try #require(trainer.learner as? MAML)
    #expect((learner.order, learner.innerSteps, learner.innerRate) == (.first, 3, 0.01))
    let network = try #require(learner.network as? MLP)
    #expect((network.inputs, network.hidden, network.outputs) == (3, [8], 1))
    let tasks = try #require(trainer.tasks as? SinusoidTasks)
    #expect(tasks == SinusoidTasks(shots: 10, query: 10, told: .curve))
    let clipped = try #require(trainer.optimizer as? Clipped)
    #expect(clipped.clip == .elementwise(limit: 10))
    let momentum = try #require(clipped.optimizer as? Momentum)
    #expect(momentum == Momentum(rate: .constant(0.1), momentum: 0.9, form: .classical))
  }

  @Test func theRateOfEvaluationIsItsOwn() throws {
    let plan = try plan("learner={method: joint, inner-rate: 0.5}", "evaluation.inner-rate=0.25")
    let (trained, evaluated) = (Trainer(plan: plan).learner, Run(plan).evaluator.learner)
    #expect((trained as? JointTraining)?.innerRate == 0.5)
    #expect((evaluated as? JointTraining)?.innerRate == 0.25)
  }
}

extension RunPlan {
  /// Points in evaluation's support and query sets.
  fileprivate var shownInEvaluation: [Int] {
    let shapes = Run(self).evaluator.tasks.shapes
    return [shapes.support.inputs[0], shapes.query.inputs[0]]
  }

  fileprivate var rateInEvaluation: Float? { (Run(self).evaluator.learner as? MAML)?.innerRate }
}

private let standard = Catalogue.standard

@Suite struct BuiltInPlanTests {
  @Test(arguments: standard.plans) func aBuiltInPlanIsValid(_ builtIn: BuiltInPlan) throws {
    let plan = try builtIn.plan()
    #expect(try RunPlan(yaml: plan.description, source: "resolved") == plan)
    #expect(standard.plan(named: builtIn.name) == builtIn)
    #expect(!builtIn.summary.contains("\n"))
  }

  @Test func noTwoBuiltInPlansAreOne() throws {
    #expect(Set(standard.plans.map(\.name)).count == standard.plans.count)
    #expect(Set(try standard.plans.map { try $0.plan() }).count == standard.plans.count)
    #expect(standard.plan(named: "sinusoids") == nil)
  }

  @Test func theSinusoidPlanIsThePapers() throws {
    let plan = try #require(standard.plan(named: "sinusoid")).plan()
    #expect((plan.steps, plan.batch) == (70_000, 25))
    let tasks = try #require(plan.trainingTasks() as? SinusoidTasks)
    #expect(tasks == SinusoidTasks(shots: 10, query: 10, told: .nothing))
    let learner = try #require(plan.trainingLearner() as? MAML)
    #expect((learner.order, learner.innerSteps, learner.innerRate) == (.second, 1, 0.001))
    let network = try #require(learner.network as? MLP)
    #expect((network.hidden, network.activation) == ([40, 40], .relu))
    #expect(network.initializer == .glorotUniform)
    #expect(
      plan.optimizer.method
        == .adam(Adam(rate: .constant(0.001), beta1: 0.9, beta2: 0.999, epsilon: 1e-8)))
    #expect((plan.evaluation.tasks, plan.shownInEvaluation) == (600, [5, 10]))
  }

  @Test(
    arguments: [
      ("omniglot-5way-1shot", 111_749 + 256), ("omniglot-5way-1shot-no-conv", 246_597 + 512),
    ])
  func theOmniglotPlansAreThePapers(name: String, parameters: Int) throws {
    let builtIn = try #require(standard.plan(named: name))
    let plan = try builtIn.plan(overrides: ["tasks.image=[28, 28, 1]"])
    let learner = try #require(plan.trainingLearner() as? MAML)
    #expect(learner.layout.leaves.reduce(0) { $0 + $1.count } == parameters)
    #expect((learner.innerRate, learner.innerSteps, learner.adapts) == (2, 1, .weights))
    #expect((plan.steps, plan.batch) == (60_000, 32))
  }

  /// The weights and shifts, a square warp of each layer, and a logit of each unit.
  @Test(arguments: [("t-net", 16_409), ("mt-net", 16_409 + 261), ("anil", 0), ("boil", 0)])
  func omniglotsOtherMethodsLearnMore(name: String, more: Int) throws {
    let builtIn = try #require(standard.plan(named: "omniglot-5way-1shot-\(name)"))
    let plan = try builtIn.plan(overrides: ["tasks.image=[28, 28, 1]"])
    let layout = plan.trainingLearner().layout
    #expect(layout.leaves.reduce(0) { $0 + $1.count } == 111_749 + 256 + more)
  }

  @Test func reptileMeetsTurnedCharactersInTrainingOnly() throws {
    let builtIn = try #require(standard.plan(named: "omniglot-5way-1shot-reptile"))
    let plan = try builtIn.plan()
    let (trained, judged) = (
      try #require(plan.tasks as? ImagesPlan), try #require(plan.evaluation.family as? ImagesPlan)
    )
    #expect((trained.rotations, judged.rotations) == (.asClasses, .none))
    #expect((trained.sets.shots, judged.sets.shots) == (10, 1))
    #expect((plan.steps, plan.batch, plan.evaluation.innerSteps) == (80_000, 5, 50))
    #expect(
      plan.optimizer.method == .sgd(SGD(rate: .linear(from: 1, to: 0, steps: 80_000))))
  }
}
