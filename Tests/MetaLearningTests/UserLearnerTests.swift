import Episodes
import Graphs
import MetaLearning
import NDArrays
import Networks
import Testing

/// A learner as a user writes it: descent whose rates are learned, one for each weight.
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

@Suite struct UserLearnerTests {
  private let network = MLP(
    inputs: 1, hidden: [3], outputs: 1, activation: .tanh, initializer: .glorotUniform)
  private let episode = shapes(support: 4, query: 3)

  private func run(_ learner: some MetaLearner) -> Parameters<[Double]> {
    let parameters = learner.initial(RandomKey(seed: 1)).leaves.map { $0.elements.map(Double.init) }
    let results = learner.metaGradientProgram(episode)
      .reference(parameters + spread(episode.all, from: 0, scale: 2))
    return Parameters(
      names: ["before", "after"] + learner.layout.names, leaves: results)
  }

  /// With every rate alike, learned rates are MAML, and say the same of the weights.
  @Test func learnedRatesThatAreAlikeAreMAML() {
    let learned = run(LearnedRates(network: network))
    let maml = run(
      MAML(
        network: network, loss: .meanSquaredError, innerRate: 0.125, innerSteps: 2, order: .second,
        adapts: .all)
    )
    for name in maml.names { expectEqual([learned[name]], [maml[name]]) }
  }

  /// The last step's rate pulls along the product of two slopes: where the support and the query
  /// agree, a greater rate would have been better.
  @Test func ratesHaveAGradientOfTheirOwn() {
    let learned = run(LearnedRates(network: network))
    #expect(
      learned.names.suffix(4) == [
        "rate.fc1.weight", "rate.fc1.bias", "rate.fc2.weight", "rate.fc2.bias",
      ])
    #expect(learned["rate.fc2.weight"].allSatisfy { $0 != 0 })
  }
}
