import Episodes
import Graphs
import MetaLearning
import NDArrays
import Networks
import Testing

@Suite struct ALFATests {
  private let network = MLP(
    inputs: 2, hidden: [5, 3], outputs: 1, activation: .tanh, initializer: .glorotUniform)
  private let episode = shapes(support: 4, query: 3, inputs: 2)

  private func maml(
    _ steps: Int, _ order: MAML.Order = .second, adapts: Adapting = .all
  ) -> MAML {
    MAML(
      network: network, loss: .meanSquaredError, innerRate: 0.1, innerSteps: steps, order: order,
      adapts: adapts)
  }

  private func answers(
    of learner: some MetaLearner, changing: Parameters<[Float]> = Parameters([])
  ) -> Answers {
    let start = learner.initial(RandomKey(seed: 1)).map(\.elements)
    let data = spread(episode.all, from: 900, scale: 2).map { $0.map(Float.init) }
    let weights = network.layout.spreadOut()
    return Answers(
      of: learner, at: start.replacing(with: weights).replacing(with: changing), on: data, episode)
  }

  /// The generator starts with no effect.
  @Test(arguments: [1, 3], MAML.Order.allCases)
  func withoutEffectAndDecayItIsMAML(steps: Int, order: MAML.Order) {
    let found = answers(of: ALFA(maml(steps, order), initialDecay: 0))
    let expected = answers(of: maml(steps, order))
    #expect(found.agreesExactly(with: expected))
    #expect(found.distance(to: expected) <= 1e-6)
    #expect(norm([found.exact["generator.fc2.weight"]]) > 0)
  }

  @Test func aLayerThatIsToldToStandStillDoes() {
    // Layers fc1, fc2 and fc3: their rates, then their decays.
    let stop = Parameters([("generator.fc2.bias", [0, 1, 1, 0, 1, 1] as [Float])])
    let found = answers(of: ALFA(maml(2), initialDecay: 0), changing: stop)
    let expected = answers(of: maml(2, adapts: .pattern([["fc2", "fc3"]])))
    #expect(found.exact["lossAfter"] == expected.exact["lossAfter"])
  }

  @Test func decayTakesAwayItsShareOfAWeight() {
    let learner = ALFA(maml(1), initialDecay: 0.25)
    let program = learner.adaptationProgram(support: episode.support)
    var start = learner.initial(RandomKey(seed: 1))
    start = start.replacing(
      with: Parameters(["fc1", "fc2", "fc3"].map { ("step1.rate.\($0)", NDArray(0)) }))
    let adapted = program.reference(
      start.leaves.map { $0.elements.map(Double.init) }
        + spread([episode.support.inputs, episode.support.targets], from: 900))
    let before = start.filter(network.layout.names.contains).leaves
    expectEqual(
      Array(adapted.prefix(before.count)), before.map { $0.elements.map { 0.75 * Double($0) } })
  }

  @Test func theGeneratorKnowsTheLayersThatMove() {
    let learner = ALFA(maml(2, adapts: .pattern([["fc3"], ["fc2", "fc3"]])), initialDecay: 0.1)
    #expect(learner.layout["generator.fc1.weight"] == [4, 4])
    #expect(
      learner.layout.group("step2").names == [
        "rate.fc2", "rate.fc3", "decay.fc2", "decay.fc3",
      ])
    #expect(answers(of: learner).exact["lossAfter"][0].isFinite)
  }

  @Test func aStepWhereNoLayerMovesLeadsNowhere() {
    let once = answers(of: ALFA(maml(1, adapts: .pattern([["fc3"]])), initialDecay: 0.1))
    let still = answers(of: ALFA(maml(2, adapts: .pattern([["fc3"], []])), initialDecay: 0.1))
    #expect(still.exact["lossAfter"] == once.exact["lossAfter"])
  }
}
