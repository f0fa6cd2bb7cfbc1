import Graphs
import MetaLearning
import NDArrays
import Networks
import Testing

@Suite struct MAMLPlusPlusTests {
  private let network = NormalizedMLP(
    input: [2], hidden: [5, 3], ways: 1, activation: .tanh,
    normalization: Normalization("", kind: .batch, learned: [.scale, .shift], epsilon: 1e-3),
    initializer: .glorotUniform)
  private let episode = shapes(support: 4, query: 3, inputs: 2)

  private func maml(_ steps: Int, _ order: MAML.Order = .second) -> MAML {
    MAML(
      network: network, loss: .meanSquaredError, innerRate: 0.1, innerSteps: steps, order: order,
      adapts: .weights)
  }

  private func learner(
    _ maml: MAML, loss: MultiStepLoss? = nil, firstOrderSteps: Int = 0, rates: Bool = false,
    norms: Bool = false
  ) -> MAMLPlusPlus {
    MAMLPlusPlus(
      maml, multiStepLoss: loss, firstOrderSteps: firstOrderSteps, learnsRates: rates,
      normalizesEachStep: norms)
  }

  /// At weights like any, and with all else as it starts.
  private func answers(of learner: some MetaLearner) -> Answers {
    let start = learner.initial(RandomKey(seed: 1)).map(\.elements)
    let data = spread(episode.all, from: 900, scale: 2).map { $0.map(Float.init) }
    return Answers(
      of: learner, at: start.replacing(with: network.layout.spreadOut()), on: data, episode)
  }

  @Test(arguments: [1, 3], MAML.Order.allCases)
  func withEverythingOffItIsMAMLToTheBit(steps: Int, order: MAML.Order) {
    let (found, expected) = (
      answers(of: learner(maml(steps, order))), answers(of: maml(steps, order))
    )
    #expect(found.compiled == expected.compiled)
    #expect(found.agreesExactly(with: expected))
  }

  @Test(arguments: [1, 3], MAML.Order.allCases)
  func ratesStartAsMAMLs(steps: Int, order: MAML.Order) {
    let found = answers(of: learner(maml(steps, order), rates: true))
    let expected = answers(of: maml(steps, order))
    #expect(found.agreesExactly(with: expected))
    #expect(found.distance(to: expected) <= 1e-6)
  }

  /// Nothing else changes, so that the steps' derivatives are the parts of the shared one's.
  @Test func equalNormsOfEachStepAreSharedOnes() {
    let plain = maml(3)
    let weights = network.layout.spreadOut()
    let norms = weights.filter(network.isNormalization)
    let data = spread(episode.all, from: 900, scale: 2).map { $0.map(Float.init) }
    let each = weights.merging(norms.grouped(under: "step2")).merging(
      norms.grouped(under: "step3"))
    let found = Answers(of: learner(plain, norms: true), at: each, on: data, episode).exact
    let expected = Answers(of: plain, at: weights, on: data, episode).exact
    #expect(found["lossAfter"] == expected["lossAfter"])
    for name in norms.names {
      let parts = zip(zip(found[name], found["step2.\(name)"]), found["step3.\(name)"])
      expectEqual([parts.map { $0.0 + $0.1 + $1 }], [expected[name]])
    }
  }

  @Test func annealingGoesFromFirstOrderToSecond() {
    let stages = learner(maml(2), firstOrderSteps: 7).stages
    #expect(stages.map(\.start) == [0, 7])
    #expect(
      stages.map { answers(of: $0.learner).compiled }
        == [.first, .second].map { answers(of: maml(2, $0)).compiled })
  }

  @Test func lossesOfAllStepsCountUntilOnlyTheLastDoes() {
    let loss = MultiStepLoss(phases: 4, phaseSteps: 10)
    let stages = learner(maml(3), loss: loss).stages
    #expect(stages.map(\.start) == [0, 10, 20, 30, 40])
    #expect(answers(of: stages[4].learner).compiled == answers(of: maml(3)).compiled)
    // A sum of the gradients of one, two and three steps.
    let each = (1...3).map { answers(of: maml($0)).exact["fc1.weight"] }
    for stage in stages {
      let weights = loss.weights(innerSteps: 3, atStep: stage.start).map(Double.init)
      let expected = each[0].indices.map { i in
        zip(weights, each).map { $0 * $1[i] }.reduce(0, +)
      }
      expectEqual([answers(of: stage.learner).exact["fc1.weight"]], [expected], to: 1e-7)
    }
  }

  @Test func lossWeightsAreAnnealedFromAllAlike() {
    let loss = MultiStepLoss(phases: 10, phaseSteps: 500)
    func weights(_ step: Int) -> [Float] { loss.weights(innerSteps: 5, atStep: step) }
    #expect(weights(0) == [0.2, 0.2, 0.2, 0.2, 0.2])
    #expect(weights(499) == weights(0))
    #expect(weights(500) == [0.18, 0.18, 0.18, 0.18, 0.28])
    #expect(weights(4999) == [0.02, 0.02, 0.02, 0.02, 0.92])
    #expect(weights(5000) == [0, 0, 0, 0, 1])
    #expect(loss.weights(innerSteps: 1, atStep: 0) == [1])
    // No loss is forgotten before its time.
    let long = MultiStepLoss(phases: 100, phaseSteps: 1)
    #expect(long.weights(innerSteps: 3, atStep: 99).first == 0.01)
  }

  /// Evaluation may go on after training's last step.
  @Test func furtherStepsGoByTheLastOnes() {
    let learner = learner(maml(2), rates: true, norms: true)
    let (two, three) = (
      learner.evaluationProgram(episode, steps: 2), learner.evaluationProgram(episode, steps: 3)
    )
    let start = learner.initial(RandomKey(seed: 1)).leaves.map { $0.elements.map(Double.init) }
    let data = spread(episode.all, from: 900, scale: 2)
    let losses = three.reference(start + data)
    #expect(Array(losses[...2]) == two.reference(start + data))
    let weights = Array(start.prefix(network.layout.count))
    let plain = maml(3).evaluationProgram(episode, steps: 3).reference(weights + data)
    #expect(plain[3] == losses[3])
  }
}
