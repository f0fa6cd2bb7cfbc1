import Episodes
import Execution
import Graphs
import MetaLearning
import NDArrays
import Networks
import Optimizers
import Testing

@Suite struct ReptileTests {
  private let network = MLP(
    inputs: 2, hidden: [5], outputs: 1, activation: .tanh, initializer: .glorotUniform)

  private func reptile(
    steps: Int, batch: Int = 100, _ optimizer: InnerOptimizer = .sgd, rate: Float = 0.125
  ) -> Reptile {
    Reptile(
      network: network, loss: .meanSquaredError, innerRate: rate, innerSteps: steps,
      innerBatch: batch, innerOptimizer: optimizer)
  }

  private func data(_ episode: Episode<Shape>) -> [[Float]] {
    spread(episode.all, from: 900, scale: 2).map { $0.map(Float.init) }
  }

  private func answers(of learner: some MetaLearner) -> Answers {
    let episode = shapes(support: 6, query: 3, inputs: 2)
    return Answers(of: learner, at: network.layout.spreadOut(), on: data(episode), episode)
  }

  @Test func oneStepOfDescentIsThePlainGradientTimesTheRate() {
    let episode = shapes(support: 6, query: 3, inputs: 2)
    let layout = network.layout
    let inputs = zip(layout.names, layout.leaves).map { Program.Input($0, $1) }
    let plain = Program.trace(
      inputs + [Program.Input("x", [6, 2]), Program.Input("y", [6, 1])]
    ) { x in
      let weights = Parameters(names: layout.names, leaves: Array(x[..<layout.count]))
      let loss = Loss.meanSquaredError(network(weights, x[layout.count]), x[layout.count + 1])
      return (0.125 * gradient(of: loss, at: weights)).leaves
    }
    let support = data(episode)[..<2].map { $0.map(Double.init) }
    let expected = plain.reference(
      layout.spreadOut().leaves.map { $0.map(Double.init) } + support)
    let found = answers(of: reptile(steps: 1))
    #expect(norm(Array(found.exact.leaves[2...]) - expected) <= 1e-12 * norm(expected))
    let compiled = found.compiled.leaves[2...].map { $0.map(Double.init) }
    #expect(norm(compiled - expected) <= 1e-6 * norm(expected))
  }

  /// Its meta-gradient is the way back from where MAML's inner loop leads.
  @Test func severalStepsOnAllExamplesGoWhereMAMLAdaptsTo() {
    let maml = MAML(
      network: network, loss: .meanSquaredError, innerRate: 0.125, innerSteps: 4, order: .second,
      adapts: .all)
    let (found, expected) = (answers(of: reptile(steps: 4)), answers(of: maml))
    #expect(found.exact["lossBefore"] == expected.exact["lossBefore"])
    #expect(found.exact["lossAfter"] == expected.exact["lossAfter"])
    #expect(found.compiled["lossAfter"] == expected.compiled["lossAfter"])
  }

  @Test func miniBatchesAreSpreadOverTheSupportSetAndGoRound() {
    #expect(seen(2, of: 6, steps: 4) == [[0, 3], [1, 4], [2, 5], [0, 3]])
    #expect(seen(3, of: 5, steps: 3) == [[0, 1, 3], [1, 2, 4], [0, 2, 3]])
    #expect(seen(1, of: 3, steps: 5) == [[0], [1], [2], [0], [1]])
    #expect(seen(6, of: 6, steps: 2) == [[0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5]])
    #expect(seen(50, of: 3, steps: 1) == [[0, 1, 2]])
  }

  /// The examples of each step. Example `i` is the unit vector along `i`, so that it alone moves the
  /// weight `i` of a linear model.
  private func seen(_ batch: Int, of examples: Int, steps: Int) -> [[Int]] {
    let line = MLP(
      inputs: examples, hidden: [], outputs: 1, activation: .tanh, initializer: .zeros)
    var learner = reptile(steps: steps, batch: batch, rate: 0.01)
    learner.network = line
    let names = ["fc1.weight", "fc1.bias"]
    let shapes: [Shape] = [[1, examples], [1], [examples, examples], [examples, 1]]
    let program = Program.trace(shapes.map { Program.Input("\($0)", $0) }) { x in
      let start = Parameters(names: names, leaves: Array(x[..<2]))
      let support = Batch(inputs: x[2], targets: x[3])
      return learner.adaptations(start, to: support, steps: steps).map { $0["fc1.weight"] }
    }
    let units = (0..<examples * examples).map { $0 % (examples + 1) == 0 ? 1.0 : 0 }
    let path = program.reference(
      [[Double](repeating: 0, count: examples), [0], units, .init(repeating: 1, count: examples)])
    return zip(path, path.dropFirst()).map { before, after in
      before.indices.filter { before[$0] != after[$0] }
    }
  }

  @Test func adamsFirstStepIsTheRateWhateverTheSlope() {
    let adam = InnerOptimizer.adam(beta1: 0, beta2: 0.999, epsilon: 1e-20)
    let steps = answers(of: reptile(steps: 1, adam, rate: 0.25)).exact.leaves[2...]
    let slopes = answers(of: reptile(steps: 1)).exact.leaves[2...]
    expectEqual(
      Array(steps), slopes.map { $0.map { $0 > 0 ? 0.25 : -0.25 } }, to: 1e-6)
  }

  /// The outer optimisers' Adam is the oracle.
  @Test func severalStepsOfAdamFollowItsAlgorithm() {
    let outer = Adam(rate: .constant(0.01), beta1: 0.9, beta2: 0.99, epsilon: 1e-4)
    let learner = reptile(
      steps: 3, .adam(beta1: 0.9, beta2: 0.99, epsilon: 1e-4), rate: 0.01)
    let (layout, state) = (network.layout, outer.initialState(network.layout))
    let shapes = layout.leaves + state.leaves.map(\.shape) + [[6, 2], [6, 1], []]
    let count = layout.count
    let program = Program.trace(shapes.map { Program.Input("\($0)", $0) }) { x in
      let start = Parameters(names: layout.names, leaves: Array(x[..<count]))
      let support = Batch(inputs: x[shapes.count - 3], targets: x[shapes.count - 2])
      var place = (
        parameters: start,
        state: Parameters(names: state.names, leaves: Array(x[count..<shapes.count - 3]))
      )
      for _ in 0..<3 {
        let slope = gradient(
          of: learner.batchLoss(place.parameters, support), at: place.parameters)
        place = outer.update(
          parameters: place.parameters, gradient: slope, state: place.state, step: x[x.count - 1])
      }
      return learner.adapt(start, to: support).leaves + place.parameters.leaves
    }
    let points = spread([[6, 2], [6, 1]], from: 900, scale: 2)
    let results = program.reference(
      spread(layout.leaves, from: 0) + state.leaves.map { $0.elements.map(Double.init) } + points
        + [[0]])
    expectEqual(Array(results[..<count]), Array(results[count...]), to: 1e-6)
  }
}
