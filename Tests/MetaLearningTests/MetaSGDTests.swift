import Graphs
import MetaLearning
import NDArrays
import Networks
import Testing

@Suite struct MetaSGDTests {
  private let network = MLP(
    inputs: 2, hidden: [5, 3], outputs: 1, activation: .tanh, initializer: .glorotUniform)

  private func learner(
    _ rates: MetaSGD.InitialRates, steps: Int = 1, _ order: MAML.Order = .second
  ) -> MetaSGD {
    MetaSGD(
      network: network, loss: .meanSquaredError, initialRates: rates, innerSteps: steps,
      order: order, adapts: .all)
  }

  /// With every rate alike it is MAML, and says the same of the weights.
  @Test(arguments: [1, 3], MAML.Order.allCases)
  func equalRatesAreMAML(steps: Int, order: MAML.Order) {
    let maml = MAML(
      network: network, loss: .meanSquaredError, innerRate: 0.1, innerSteps: steps, order: order,
      adapts: .all)
    let metaSGD = learner(.constant(0.1), steps: steps, order)
    let rates = metaSGD.initial(RandomKey(seed: 1)).map(\.elements)
      .filter { $0.hasPrefix("rate.") }
    let weights = network.layout.spreadOut()
    let episode = shapes(support: 4, query: 3, inputs: 2)
    let data = spread(episode.all, from: 900, scale: 2).map { $0.map(Float.init) }
    let expected = Answers(of: maml, at: weights, on: data, episode)
    let found = Answers(of: metaSGD, at: weights.merging(rates), on: data, episode)
    #expect(found.agreesExactly(with: expected))
    #expect(found.distance(to: expected) <= 1e-6)
  }

  @Test func ratesStartWithinTheirRange() {
    let start = learner(.uniform(0.005...0.1)).initial(RandomKey(seed: 3))
    let rates = start.group("rate").leaves.flatMap(\.elements)
    #expect(rates.count == network.layout.leaves.map(\.count).reduce(0, +))
    #expect(rates.allSatisfy { (0.005...0.1).contains($0) })
    #expect(Set(rates).count > rates.count * 9 / 10)
    #expect(start == learner(.uniform(0.005...0.1)).initial(RandomKey(seed: 3)))
  }
}
