import Coordination
import Episodes
import Execution
import Graphs
import NDArrays
import Testing
import Training

/// What one task gives, computed alone.
private func alone(_ trainer: Trainer, _ state: TrainingState, task: Int) -> [Float] {
  let episode = trainer.episode(step: state.step, task: task)
  return trainer.metaGradient(atStep: state.step)(
    state.parameters.leaves.map(\.elements) + episode.elements
  )
  .flatMap { $0 }
}

/// The sum over a node of the tree, by its definition.
private func sum(_ trainer: Trainer, _ state: TrainingState, _ range: TaskRange) -> [Float] {
  guard let (left, right) = range.halves else { return alone(trainer, state, task: range.lower) }
  return zip(sum(trainer, state, left), sum(trainer, state, right)).map(+)
}

private func nodes(_ range: TaskRange) -> [TaskRange] {
  [range] + (range.halves.map { nodes($0.left) + nodes($0.right) } ?? [])
}

/// A state that is not special in any way.
private func someState(_ trainer: Trainer) -> TrainingState {
  let runner = TaskRunner(trainer)
  return (0..<3).reduce(trainer.initialState()) { state, _ in trainer.stepped(state, runner) }
}

/// The one method that changes on the way: after steps 2, 3 and 4.
private let mamlPlusPlus = """
  {method: maml++, inner-rate: 0.05, inner-steps: 2, learned-rates: true, \
  multi-step-loss: {phases: 2, phase-steps: 2}, first-order-steps: 3}
  """

/// One of each method.
private let learners = [
  "{method: maml, inner-rate: 0.05}", "{method: meta-sgd}",
  "{method: maml, inner-rate: 0.05, inner-steps: 2, adapts: [[fc1], [fc2]]}",
  "{method: reptile, inner-rate: 0.01, inner-batch: 3}",
  "{method: t-net, inner-rate: 0.05}", "{method: mt-net, inner-rate: 0.05}",
  "{method: mt-net, inner-rate: 0.05, mask-each: weight}",
  mamlPlusPlus, "{method: alfa, inner-rate: 0.05, inner-steps: 2}",
]

@Suite struct TrainerTests {
  @Test func everyNodesSumIsTheTreesToTheBit() throws {
    let trainer = try smallTrainer()
    let (state, runner) = (someState(trainer), TaskRunner(trainer))
    runner.set(state.parameters)
    for node in nodes(trainer.wholeStep) {
      let found = runner.sum(node, of: state.step, trainer.episodes(step: state.step, node))
      #expect(found.range == node)
      #expect(bits(found.values) == bits(sum(trainer, state, node)), "\(node)")
    }
  }

  @Test(arguments: learners)
  func aNodesSumJoinsThoseOfItsHalvesToTheBit(_ learner: String) throws {
    let trainer = try smallTrainer("batch=13", "learner=\(learner)")
    let state = someState(trainer)
    // As workers hold them: each half in a runner of its own.
    func sum(_ node: TaskRange) -> TaskSum {
      let runner = TaskRunner(trainer)
      runner.set(state.parameters)
      return runner.sum(node, of: state.step, trainer.episodes(step: state.step, node))
    }
    for node in nodes(trainer.wholeStep) {
      guard let (left, right) = node.halves else { continue }
      #expect(bits(sum(left).joined(with: sum(right)).values) == bits(sum(node).values), "\(node)")
    }
  }

  @Test(
    arguments: ["sgd", "momentum", "adam"], ["{kind: none}", "{kind: elementwise, limit: 0.01}"])
  func aStepAveragesTheTasksAndUpdates(method: String, clip: String) throws {
    let trainer = try smallTrainer("optimizer={method: \(method), rate: 0.1, clip: \(clip)}")
    let state = someState(trainer)
    let total = sum(trainer, state, trainer.wholeStep)
    let gradients = trainer.sums.unflattened(total).leaves[2...]
    let inputs =
      (state.parameters.leaves + gradients + state.optimizer.leaves).map(\.elements)
      + [[Float(state.step)]]
    let next = trainer.stepped(state, TaskRunner(trainer))
    #expect(next.step == state.step + 1)
    #expect(
      bits(next.parameters) + bits(next.optimizer) == bits(trainer.update(inputs).flatMap { $0 }))
  }

  /// The whole way in float64: each task's meta-gradient, their mean, one step of descent.
  @Test(arguments: ["{method: maml, inner-rate: 0.05}", "{method: joint, inner-rate: 0.05}"])
  func aStepAgreesWithTheReference(learner: String) throws {
    let trainer = try smallTrainer("optimizer={method: sgd, rate: 0.5}", "learner=\(learner)")
    let state = trainer.initialState()
    let next = trainer.stepped(state, TaskRunner(trainer))
    let exact = (0..<trainer.batch).map { task in
      trainer.metaGradient().program.reference(
        (state.parameters.leaves.map(\.elements)
          + trainer.episode(step: 0, task: task).elements).map { $0.map(Double.init) })
    }
    for (leaf, (old, new)) in zip(state.parameters.leaves, next.parameters.leaves).enumerated() {
      for element in old.elements.indices {
        let mean = exact.map { $0[leaf + 2][element] }.reduce(0, +) / Double(trainer.batch)
        let expected = Double(old.elements[element]) - 0.5 * mean
        #expect(abs(Double(new.elements[element]) - expected) < 1e-5)
      }
    }
  }

  /// A worker that was used for anything before gives the same bits as a new one.
  @Test func aRunnerRemembersNothing() throws {
    let trainer = try smallTrainer()
    let (state, used) = (someState(trainer), TaskRunner(trainer))
    used.set(trainer.initialState().parameters)
    _ = used.sum(trainer.wholeStep, of: 8, trainer.episodes(step: 8, trainer.wholeStep))
    #expect(trainer.stepped(state, used) == trainer.stepped(state, TaskRunner(trainer)))
  }

  /// What changes on the way goes by the step's number, not by what was computed before.
  @Test func aLateStartGoesOnAsTheRunDid() throws {
    let trainer = try smallTrainer("learner=\(mamlPlusPlus)")
    let runner = TaskRunner(trainer)
    var state = trainer.initialState()
    for _ in 0..<6 {
      let next = trainer.stepped(state, runner)
      #expect(trainer.stepped(state, TaskRunner(trainer)) == next, "step \(state.step)")
      state = next
    }
    let plain = try smallTrainer("learner={method: maml, inner-rate: 0.05, inner-steps: 2}")
    let texts = Set((0..<6).map { trainer.metaGradient(atStep: $0).program.description })
    #expect(texts.count == 4)
    #expect(plain.metaGradient(atStep: 0).program == plain.metaGradient(atStep: 5).program)
  }

  @Test func aStepsNoiseIsItsOwn() throws {
    let trainer = try smallTrainer("learner={method: mt-net, inner-rate: 0.05}")
    let episodes = trainer.episodes(step: 0, trainer.wholeStep)
    let runner = TaskRunner(trainer)
    runner.set(trainer.initialState().parameters)
    let sums = [0, 0, 1].map { runner.sum(trainer.wholeStep, of: $0, episodes) }
    #expect(sums[0] == sums[1])
    #expect(sums[0] != sums[2])
  }

  /// Noise goes by the step, whatever rounds there are between.
  @Test(arguments: learners) func measuringOnTheWayChangesNothing(_ learner: String) throws {
    let plan = try smallPlan(["steps=3", "validation={every: 1, tasks: 2}", "learner=\(learner)"])
    let trainer = Trainer(plan: plan)
    #expect(Run(plan).carriedOut().state.parameters == someState(trainer).parameters)
  }

  @Test(arguments: learners) func everyKernelTrainsTheSameBits(_ learner: String) throws {
    let plan = try smallPlan(["learner=\(learner)"])
    let trained = Kernels.available.map { someState(Trainer(plan: plan, kernels: $0)) }
    for state in trained { #expect(state == trained[0]) }
  }

  @Test func trainingTeachesToAdapt() throws {
    let plan = try smallPlan(["evaluation.tasks=100", "evaluation.inner-steps=1"])
    let trainer = Trainer(plan: plan)
    let runner = TaskRunner(trainer)
    let start = trainer.initialState()
    let end = (0..<400).reduce(start) { state, _ in trainer.stepped(state, runner) }
    let (before, after) = (
      plan.evaluated(start.parameters).lossEstimates[1].mean,
      plan.evaluated(end.parameters).lossEstimates[1].mean
    )
    #expect(end.isFinite)
    #expect(after < 0.75 * before)
  }

  @Test func seedsStepsAndTasksHaveTheirOwnData() throws {
    let (one, two) = (try smallTrainer("seed=1"), try smallTrainer("seed=2"))
    let episodes = [one, two].flatMap { trainer in
      [(0, 0), (0, 1), (1, 0), (1, 1)].map { trainer.episode(step: $0.0, task: $0.1) }
    }
    #expect(Set(episodes.map(\.support.inputs)).count == episodes.count)
    #expect(one.initialState().parameters != two.initialState().parameters)
    #expect(one.episode(step: 3, task: 2) == (try smallTrainer("seed=1")).episode(step: 3, task: 2))
  }

  @Test func aRangesEpisodesAreItsTasks() throws {
    let trainer = try smallTrainer()
    let stack = trainer.episodes(step: 5, TaskRange(lower: 4, upper: 6))
    #expect(stack.query.targets.shape == [2, 6, 1])
    #expect(
      stack.map(\.unpacked).elements
        == zip(
          trainer.episode(step: 5, task: 4).elements, trainer.episode(step: 5, task: 5).elements
        ).map(+))
  }

  @Test func aStateThatIsNotFiniteSaysSo() throws {
    var state = try smallTrainer().initialState()
    #expect(state.isFinite)
    var leaf = state.parameters.leaves[0]
    leaf.elements[3] = .nan
    state.parameters = state.parameters.replacing(
      with: Parameters([(state.parameters.names[0], leaf)]))
    #expect(!state.isFinite)
  }
}

@Suite struct SumLayoutTests {
  private let layout = SumLayout(
    parameters: Parameters([("fc1.weight", [2, 3]), ("fc1.bias", [2])]))

  @Test func lossesComeBeforeTheGradient() {
    #expect(
      layout.shapes.names
        == ["loss_before", "loss_after", "gradient.fc1.weight", "gradient.fc1.bias"])
    #expect(layout.offsets == [0, 1, 2, 8])
    #expect(layout.count == 10)
    #expect(layout.range(3) == 8..<10)
  }

  @Test func aFlatSumGetsItsNamesAndShapesBack() {
    let named = layout.unflattened((0..<10).map(Float.init))
    #expect(named["loss_after"] == NDArray(1))
    #expect(named["gradient.fc1.weight"] == NDArray([2, 3, 4, 5, 6, 7], shape: [2, 3]))
    #expect(named["gradient.fc1.bias"] == NDArray([8, 9], shape: [2]))
  }
}
