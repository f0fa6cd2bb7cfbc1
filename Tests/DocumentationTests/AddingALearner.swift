import Command
import Episodes
import Graphs
import MetaLearning
import NDArrays
import Networks
import Testing
import Training

// What `Documentation/AddingALearner.md` shows.

/// Descent whose rates are learned, one for each weight.
private struct LearnedRates: MetaLearner {
  var network: any Network
  var loss = Loss.meanSquaredError
  var innerSteps = 2

  var layout: Parameters<Shape> {
    network.layout.merging(network.layout.grouped(under: "rate"))
  }

  func initial(_ key: RandomKey) -> Parameters<NDArray> {
    let rates = network.layout.map { NDArray(repeating: 0.125, shape: $0) }
    return network.initial(key).merging(rates.grouped(under: "rate"))
  }

  func adaptations(
    _ parameters: Parameters<Tensor>, to support: Batch<Tensor>, steps: Int
  ) -> [Parameters<Tensor>] {
    let weights = parameters.filter { !$0.hasPrefix("rate.") }
    return descend(weights, steps: steps, on: support) { weights, slope in
      weights - parameters.group("rate") * slope
    }
  }
}

private struct LearnedRatesPlan: LearnerPlan {
  static let name = "learned-rates"
  var innerSteps: Int

  init(_ reader: inout PlanReader) throws(PlanError) {
    innerSteps = try reader.value("inner-steps", .innerSteps(from: 1), default: 2)
  }

  var settings: [(key: String, value: PlanValue)] { [("inner-steps", .whole(innerSteps))] }

  func learner(_ network: any Network, _ loss: Loss) -> any MetaLearner {
    LearnedRates(network: network, loss: loss, innerSteps: innerSteps)
  }
}

private struct Waves: Network {
  let hidden = Dense("hidden", inputs: 1, outputs: 8, initializer: .normal(deviation: 1))
  let head = Dense("head", inputs: 8, outputs: 1, initializer: .glorotUniform)

  func initial(_ key: RandomKey) -> Parameters<NDArray> {
    hidden.initial(key.child(0)).merging(head.initial(key.child(1)))
  }

  func callAsFunction(_ weights: Parameters<Tensor>, _ inputs: Tensor) -> Tensor {
    head(weights, hidden(weights, inputs).sin)
  }
}

private struct Parabolas: TaskDistribution {
  var shots: Int

  var shapes: Episode<Shape> {
    let batch = Batch<Shape>(inputs: [shots, 1], targets: [shots, 1])
    return Episode(support: batch, query: batch)
  }

  func episode(_ key: RandomKey) -> Episode<NDArray> {
    var stream = key.stream
    let curvature = stream.uniform(1...3)
    func points() -> Batch<NDArray> {
      let x = (0..<shots).map { _ in stream.uniform(-1...1) }
      return Batch(
        inputs: NDArray(x, shape: [shots, 1]),
        targets: NDArray(x.map { curvature * $0 * $0 }, shape: [shots, 1]))
    }
    return Episode(support: points(), query: points())
  }
}

private enum Program {
  static func main() {
    OuterloopCommand.main(knowing: .standard.adding(Catalogue(learners: [LearnedRatesPlan.self])))
  }
}

@Suite struct AddingALearner {
  @Test func thePageShowsWhatCompiles() throws { try expectShown("AddingALearner", blocks: 5) }

  private let episode = Parabolas(shots: 4).episode(RandomKey(seed: 7))

  /// Losses and meta-gradient, in float64.
  private func run(_ learner: some MetaLearner) -> Parameters<[Double]> {
    let data = [
      episode.support.inputs, episode.support.targets, episode.query.inputs, episode.query.targets,
    ]
    let inputs = learner.initial(RandomKey(seed: 1)).leaves + data
    let results = learner.metaGradientProgram(Parabolas(shots: 4).shapes)
      .reference(inputs.map { $0.elements.map(Double.init) })
    return Parameters(names: ["before", "after"] + learner.layout.names, leaves: results)
  }

  /// With every rate alike, learned rates are MAML, and say the same of the weights.
  @Test func learnedRatesThatAreAlikeAreMAML() {
    let learned = run(LearnedRates(network: Waves()))
    let maml = run(
      MAML(
        network: Waves(), loss: .meanSquaredError, innerRate: 0.125, innerSteps: 2, order: .second,
        adapts: .all))
    for name in maml.names {
      for (found, expected) in zip(learned[name], maml[name]) {
        #expect(abs(found - expected) <= 1e-12 * max(1, abs(expected)), "\(name)")
      }
    }
  }

  @Test func ratesHaveAGradientOfTheirOwn() {
    let learned = run(LearnedRates(network: Waves()))
    #expect(
      learned.names.suffix(4) == [
        "rate.hidden.weight", "rate.hidden.bias", "rate.head.weight", "rate.head.bias",
      ])
    #expect(learned["rate.head.weight"].allSatisfy { $0 != 0 })
  }

  @Test func aPlanNamesThem() throws {
    let yaml = """
      steps: 1
      batch: 2
      tasks: {family: sinusoid, shots: 5}
      network: {kind: mlp, hidden: [3]}
      learner: {method: learned-rates, inner-steps: 3}
      optimizer: {method: adam, rate: 0.001}

      """
    let catalogue = Catalogue.standard.adding(Catalogue(learners: [LearnedRatesPlan.self]))
    let plan = try RunPlan(yaml: yaml, source: "mine", catalogue: catalogue)
    #expect(plan.description.contains("learner: {method: learned-rates, inner-steps: 3}\n"))
    #expect(Trainer(plan: plan).parameters.names.contains("rate.fc1.weight"))
  }
}
