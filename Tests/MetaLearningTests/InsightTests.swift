import Episodes
import Graphs
import MetaLearning
import NDArrays
import Networks
import Testing

@Suite struct InsightTests {
  private let network = MLP(
    inputs: 2, hidden: [3], outputs: 1, activation: .tanh, initializer: .glorotUniform)
  private let episode = shapes(support: 4, query: 3, inputs: 2)

  private func maml(_ adapts: Adapting = .all) -> MAML {
    MAML(
      network: network, loss: .meanSquaredError, innerRate: 0.1, innerSteps: 2, order: .second,
      adapts: adapts)
  }

  /// Of each layer, as evaluation tells it and by its definition.
  private func moves(of learner: some MetaLearner) -> (told: [Double], expected: [Double]) {
    let start = spread(learner.layout.leaves, from: 7)
    let data = spread(episode.all, from: 900, scale: 2)
    let told = learner.evaluationProgram(episode, steps: 2, tellingMoves: true)
      .reference(start + data).suffix(2)
    let adapted = learner.adaptationProgram(support: episode.support)
      .reference(start + data.prefix(2))
    let expected = [0..<2, 2..<4].map { layer in
      norm(Array(adapted[layer]) - Array(start[layer])) / norm(Array(start[layer]))
    }
    return (told.map { $0[0] }, expected)
  }

  @Test func movesAreRelativeToWhereALayerWas() {
    let (told, expected) = moves(of: maml())
    expectEqual([told], [expected])
    #expect(told.allSatisfy { $0 > 0 })
  }

  @Test func furtherStepsThanTrainingsDoNotCount() {
    #expect([0, 1, 2, 9].map { maml().stepsOfMoves(of: $0) } == [0, 1, 2, 2])
    let control = JointTraining(network: network, loss: .meanSquaredError, innerRate: 0.1)
    #expect(control.stepsOfMoves(of: 9) == 9)
  }

  /// What a method learns beside a layer's weights is none of them.
  @Test func warpsAreNotAmongTheWeights() {
    let (told, expected) = moves(of: TNet(maml()))
    expectEqual([told], [expected])
  }

  @Test func whatStandsStillHasNotMoved() {
    let (told, expected) = moves(of: maml(.head))
    expectEqual([told], [expected])
    #expect(told[0] == 0)
    #expect(told[1] > 0)
  }

  // MARK: - What was learned

  @Test(arguments: [MTNet.Each.unit, .weight])
  func theShareOfUnitsThatMoveIsTheMeanProbability(_ each: MTNet.Each) {
    let learner = MTNet(TNet(maml()), each: each, draw: .straightThrough, temperature: 1)
    let logits = learner.layout.filter { $0.hasSuffix(".mask") }.map { shape in
      NDArray((0..<shape.count).map { $0 == 0 ? 100 : -100 }, shape: shape)
    }
    let figures = learner.figures(learner.initial(RandomKey(seed: 1)).replacing(with: logits))
    #expect(figures.map(\.layer) == ["fc1", "fc2", "all"])
    #expect(Set(figures.map(\.key)) == ["moving"])
    // Of three units, or of six weights and three shifts; the first leaf's first, and the second's.
    let expected = each == .unit ? [1 / 3.0, 1, 2 / 4.0] : [2 / 9.0, 2 / 4.0, 4 / 13.0]
    expectEqual([figures.map(\.value)], [expected])
  }

  @Test func ratesAreToldByTheirSpread() {
    let learner = MetaSGD(
      network: network, loss: .meanSquaredError, initialRates: .constant(0.5), innerSteps: 1,
      order: .second, adapts: .all)
    let rates = Parameters([
      ("rate.fc2.weight", NDArray([1, -2, 5], shape: [1, 3])),
      ("rate.fc2.bias", NDArray([3], shape: [1])),
    ])
    let figures = learner.figures(learner.initial(RandomKey(seed: 1)).replacing(with: rates))
    #expect(
      figures == [
        Figure("rate_least", of: "fc1", 0.5), Figure("rate_median", of: "fc1", 0.5),
        Figure("rate_greatest", of: "fc1", 0.5), Figure("rate_least", of: "fc2", -2),
        Figure("rate_median", of: "fc2", 2), Figure("rate_greatest", of: "fc2", 5),
      ])
  }

  @Test func ratesOfInnerStepsAreToldForEachLayer() {
    let learner = MAMLPlusPlus(
      maml(), multiStepLoss: nil, firstOrderSteps: 0, learnsRates: true, normalizesEachStep: false)
    let second = Parameters([("step2.rate.fc2", NDArray(0.5))])
    let start = learner.initial(RandomKey(seed: 1)).replacing(with: second)
    let greatest = learner.figures(start).filter { $0.key == "rate_greatest" }
    #expect(greatest.map(\.layer) == ["fc1", "fc2"])
    expectEqual([greatest.map(\.value)], [[0.1, 0.5]], to: 1e-7)
    #expect(
      ALFA(maml(), initialDecay: 0.25).figures(
        ALFA(maml(), initialDecay: 0.25).initial(RandomKey(seed: 1))
      ).contains(Figure("decay_median", of: "fc1", 0.25)))
    #expect(maml().figures(start).isEmpty)
  }
}
