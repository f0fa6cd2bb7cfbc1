import Coordination
import Episodes
import Graphs
import MetaLearning
import NDArrays
import Networks
import Testing
import Training

/// Tasks of one's own: parabolas `y = a x²` with `a` from 1 to `steepest`.
private struct Parabolas: TaskDistribution {
  var shots: Int
  var steepest: Float

  var shapes: Episode<Shape> {
    let batch = Batch<Shape>(inputs: [shots, 1], targets: [shots, 1])
    return Episode(support: batch, query: batch)
  }

  func episode(_ key: RandomKey) -> Episode<NDArray> {
    var stream = key.stream
    let curvature = stream.uniform(1...steepest)
    func points() -> Batch<NDArray> {
      let x = (0..<shots).map { _ in stream.uniform(-1...1) }
      return Batch(
        inputs: NDArray(x, shape: [shots, 1]),
        targets: NDArray(x.map { curvature * $0 * $0 }, shape: [shots, 1]))
    }
    return Episode(support: points(), query: points())
  }
}

private struct ParabolasPlan: TasksPlan {
  static let name = "parabolas"
  var shots: Int
  var steepest: Float

  init(_ reader: inout PlanReader) throws(PlanError) {
    shots = try reader.value("shots", .whole(1...100))
    steepest = try reader.value("steepest", .number(above: 1), default: 3)
  }

  var settings: [(key: String, value: PlanValue)] {
    [("shots", .whole(shots)), ("steepest", .number(steepest))]
  }

  func tasks() -> any TaskDistribution { Parabolas(shots: shots, steepest: steepest) }
}

private struct Waves: Network {
  let hidden: Dense
  let head: Dense

  func initial(_ key: RandomKey) -> Parameters<NDArray> {
    hidden.initial(key.child(0)).merging(head.initial(key.child(1)))
  }

  func callAsFunction(_ weights: Parameters<Tensor>, _ inputs: Tensor) -> Tensor {
    head(weights, hidden(weights, inputs).sin)
  }
}

private struct WavesPlan: NetworkPlan {
  static let name = "waves"
  var width: Int

  init(_ reader: inout PlanReader) throws(PlanError) {
    width = try reader.value("width", .whole(1...1000))
  }

  var settings: [(key: String, value: PlanValue)] { [("width", .whole(width))] }

  func network(example: Shape, outputs: Int) -> any Network {
    Waves(
      hidden: Dense(
        "hidden", inputs: example.count, outputs: width, initializer: .normal(deviation: 1)),
      head: Dense("head", inputs: width, outputs: outputs, initializer: .glorotUniform))
  }
}

private let catalogue = Catalogue.standard.adding(
  Catalogue(tasks: [ParabolasPlan.self], networks: [WavesPlan.self]))

private let yaml = """
  steps: 400
  batch: 4
  tasks: {family: parabolas, shots: 5}
  network: {kind: waves, width: 8}
  learner: {method: maml, inner-rate: 0.1}
  optimizer: {method: adam, rate: 0.02}
  evaluation: {tasks: 20, inner-steps: 1}

  """

@Suite struct UserKindsTests {
  @Test func aPlanNamesKindsOfOnesOwn() throws {
    let plan = try RunPlan(yaml: yaml, source: "mine", catalogue: catalogue)
    #expect(plan.description.contains("tasks: {family: parabolas, shots: 5, steepest: 3.0}\n"))
    #expect(plan.description.contains("network: {kind: waves, width: 8}\n"))
    #expect(
      try RunPlan(yaml: plan.description, source: "resolved", catalogue: catalogue) == plan)
  }

  @Test func theyTrainAsTheBuiltInOnesDo() throws {
    let plan = try RunPlan(yaml: yaml, source: "mine", catalogue: catalogue)
    let trainer = Trainer(plan: plan)
    var state = trainer.initialState()
    let untrained = try #require(plan.evaluated(state.parameters).lossEstimates.last?.mean)
    let runner = TaskRunner(trainer)
    for step in 0..<plan.steps {
      runner.set(state.parameters)
      let sum = runner.sum(
        trainer.wholeStep, of: step, trainer.episodes(step: step, trainer.wholeStep))
      state = trainer.applying(sum.values, to: state)
    }
    let trained = try #require(plan.evaluated(state.parameters).lossEstimates.last?.mean)
    #expect(trained < untrained / 5)
  }

  @Test func whoDoesNotKnowThemSaysWhatItKnows() {
    let error = #expect(throws: PlanError.self) { try RunPlan(yaml: yaml, source: "mine") }
    #expect(
      error?.description == "mine:3: tasks.family is 'parabolas'; expected one of sinusoid, "
        + "varying-sinusoid, polynomial, images")
  }
}
