import Compiler
import Episodes
import Graphs
import MetaLearning
import NDArrays
import Networks
import Testing

@Suite struct AdaptingTests {
  private let network = MLP(
    inputs: 2, hidden: [5, 4], outputs: 1, activation: .tanh, initializer: .glorotUniform)

  private func maml(
    _ adapts: Adapting, steps: Int = 3, _ order: MAML.Order = .second, hidden: [Int] = [5, 4]
  ) -> MAML {
    var network = network
    network.hidden = hidden
    return MAML(
      network: network, loss: .meanSquaredError, innerRate: 0.1, innerSteps: steps, order: order,
      adapts: adapts)
  }

  private func answers(of learner: some MetaLearner) -> Answers {
    let episode = shapes(support: 4, query: 3, inputs: 2)
    let data = spread(episode.all, from: 900, scale: 2).map { $0.map(Float.init) }
    return Answers(of: learner, at: network.layout.spreadOut(), on: data, episode)
  }

  @Test(arguments: MAML.Order.allCases) func theFullPatternIsMAML(_ order: MAML.Order) {
    let full = Adapting.pattern([["fc1", "fc2", "fc3"]])
    #expect(
      answers(of: maml(full, order)).compiled == answers(of: maml(.all, order)).compiled)
  }

  @Test(arguments: MAML.Order.allCases) func aPatternOfTheHeadIsANIL(_ order: MAML.Order) {
    let expected = answers(
      of: OneMovingPart(network: network, order: order, moves: { $0.hasPrefix("fc3.") }))
    for adapts in [Adapting.head, .pattern([["fc3"], ["fc3"]])] {
      #expect(answers(of: maml(adapts, order)).compiled == expected.compiled)
    }
  }

  @Test(arguments: MAML.Order.allCases) func aPatternOfTheBodyIsBOIL(_ order: MAML.Order) {
    let expected = answers(
      of: OneMovingPart(network: network, order: order, moves: { !$0.hasPrefix("fc3.") }))
    for adapts in [Adapting.body, .pattern([["fc2", "fc1"]])] {
      #expect(answers(of: maml(adapts, order)).compiled == expected.compiled)
    }
  }

  @Test func aStepOfAnEmptyRowLeadsNowhere() {
    let pattern = Adapting.pattern([["fc1", "fc2", "fc3"], [], []])
    #expect(answers(of: maml(pattern)).compiled == answers(of: maml(.all, steps: 1)).compiled)
  }

  @Test func eachStepGoesByItsRowAndLaterOnesByTheLast() {
    let adapts = Adapting.pattern([["fc1"], ["fc3", "fc2"]])
    #expect(adapts.moving(at: 0, in: network) == ["fc1.weight", "fc1.bias"])
    for step in 1...3 {
      #expect(
        adapts.moving(at: step, in: network)
          == ["fc2.weight", "fc2.bias", "fc3.weight", "fc3.bias"])
    }
  }

  // MARK: - What stands still costs nothing

  /// Lines of the optimised program of evaluation.
  private func cost(_ adapts: Adapting, steps: Int, hidden: [Int]) -> Int {
    maml(adapts, steps: steps, hidden: hidden)
      .evaluationProgram(shapes(support: 4, query: 3, inputs: 2), steps: steps)
      .optimized().instructions.count
  }

  /// However many layers stand still below the head, a step more costs as much.
  @Test func aFrozenPrefixIsComputedOnceForAllSteps() {
    func aStepMore(_ adapts: Adapting, _ hidden: [Int]) -> Int {
      cost(adapts, steps: 5, hidden: hidden) - cost(adapts, steps: 4, hidden: hidden)
    }
    let (shallow, deep) = ([6], [6, 6, 6, 6])
    #expect(aStepMore(.head, deep) == aStepMore(.head, shallow))
    #expect(aStepMore(.all, deep) > 2 * aStepMore(.head, deep))
  }

  /// The way back ends at the lowest layer that moves.
  @Test func theFewerLayersMoveTheSmallerIsTheProgram() {
    let layers = (1...5).map { "fc\($0)" }
    let costs = layers.indices.map {
      cost(.pattern([Array(layers[$0...])]), steps: 3, hidden: [6, 6, 6, 6])
    }
    #expect(zip(costs, costs.dropFirst()).allSatisfy { $0 > $1 }, "\(costs)")
    #expect(costs[0] == cost(.all, steps: 3, hidden: [6, 6, 6, 6]))
    #expect(costs[4] == cost(.head, steps: 3, hidden: [6, 6, 6, 6]))
  }
}

/// Three steps of descent in some weights, written without patterns.
private struct OneMovingPart: MetaLearner {
  var network: any Network
  var loss = Loss.meanSquaredError
  var innerSteps = 3
  var order: MAML.Order
  var moves: @Sendable (String) -> Bool

  init(network: any Network, order: MAML.Order, moves: @escaping @Sendable (String) -> Bool) {
    (self.network, self.order, self.moves) = (network, order, moves)
  }

  func adaptations(
    _ parameters: Parameters<Tensor>, to support: Batch<Tensor>, steps: Int
  ) -> [Parameters<Tensor>] {
    (0..<steps).reduce(into: [parameters]) { path, _ in
      let weights = path[path.count - 1]
      let part = weights.filter(moves)
      let slope = gradient(of: batchLoss(weights, support), at: part)
      path.append(
        weights.replacing(with: part - 0.1 * (order == .first ? slope.stopped : slope)))
    }
  }
}
