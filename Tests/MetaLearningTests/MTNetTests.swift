import Episodes
import Graphs
import MetaLearning
import NDArrays
import Networks
import Testing

@Suite struct MTNetTests {
  private let network = MLP(
    inputs: 2, hidden: [5, 4], outputs: 1, activation: .tanh, initializer: .glorotUniform)
  private let episode = shapes(support: 4, query: 3, inputs: 2)

  private func tNet(_ order: MAML.Order = .second, steps: Int = 2, rate: Float = 0.125) -> TNet {
    TNet(
      MAML(
        network: network, loss: .meanSquaredError, innerRate: rate, innerSteps: steps,
        order: order, adapts: .all))
  }

  private func mtNet(_ tNet: TNet, each: MTNet.Each = .unit) -> MTNet {
    MTNet(tNet, each: each, draw: .straightThrough, temperature: 1)
  }

  /// Warps that are no identities, and every logit at one value.
  private func parameters(
    _ logit: Float, of learner: some MetaLearner
  ) -> Parameters<[Float]> {
    let start = tNet().layout.spreadOut()
    let masks = learner.layout.filter { $0.hasSuffix(".mask") }
    return start.merging(masks.map { [Float](repeating: logit, count: $0.count) })
  }

  private func answers(
    of learner: some MetaLearner, _ logit: Float, uniform: Float? = nil
  ) -> Answers {
    let data = spread(episode.all, from: 900, scale: 2).map { $0.map(Float.init) }
    let noise = learner.noise.noise(ofTask: RandomKey(seed: 5)).map {
      $0.elements.map { uniform ?? $0 }
    }
    return Answers(of: learner, at: parameters(logit, of: learner), on: data + noise, episode)
  }

  @Test(arguments: MAML.Order.allCases, MTNet.Each.allCases)
  func masksOfOnesAreTNet(_ order: MAML.Order, each: MTNet.Each) {
    let found = answers(of: mtNet(tNet(order), each: each), 100)
    let expected = answers(of: tNet(order), 0)
    #expect(found.agreesExactly(with: expected))
    #expect(found.distance(to: expected) <= 1e-6)
  }

  @Test(arguments: MTNet.Each.allCases)
  func masksOfZerosLeaveTheWeightsWhereTheyAre(_ each: MTNet.Each) {
    let found = answers(of: mtNet(tNet(), each: each), -100)
    let expected = answers(of: tNet(steps: 0), 0)
    #expect(found.agreesExactly(with: expected))
  }

  /// What a unit's weight and shift do, its logit decides, and no other.
  @Test func aUnitMovesAsAWholeOrNotAtAll() {
    let learner = mtNet(tNet(steps: 1))
    let names = learner.layout.names
    let noise = learner.noise
    let shapes = learner.layout.leaves + noise.leaves + [[4, 2], [4, 1]]
    let program = Program.trace(shapes.map { Program.Input("\($0)", $0) }) { x in
      let values = Parameters(
        names: names + noise.grouped(under: "noise").names, leaves: Array(x.dropLast(2)))
      let support = Batch(inputs: x[shapes.count - 2], targets: x[shapes.count - 1])
      let adapted = learner.adapt(values, to: support)
      return (adapted.filter(names.contains) - values.filter(names.contains)).leaves
    }
    let draws = noise.noise(ofTask: RandomKey(seed: 8)).map { $0.elements.map(Double.init) }
    let moves = Parameters(
      names: names,
      leaves: program.reference(
        parameters(0, of: learner).leaves.map { $0.map(Double.init) } + draws
          + spread([[4, 2], [4, 1]], from: 900)))
    for (layer, draw) in zip(["fc1", "fc2", "fc3"], draws) {
      let (weight, bias) = (moves["\(layer).weight"], moves["\(layer).bias"])
      let width = weight.count / bias.count
      for (unit, uniform) in draw.enumerated() {
        let row = weight[unit * width..<(unit + 1) * width] + [bias[unit]]
        #expect(row.allSatisfy { ($0 != 0) == (uniform > 0.5) }, "\(layer), \(unit)")
      }
      #expect((moves["\(layer).warp"] + moves["\(layer).mask"]).allSatisfy { $0 == 0 })
    }
  }

  /// The derivative along all masks at once, wherever they stand at one, is that along the inner rate;
  /// and the relaxed draw passes on `m (1 - m)` of it.
  @Test func logitsLearnByTheRelaxedDraw() {
    let uniform: Float = 0.75
    func loss(rate: Float) -> Double {
      answers(of: tNet(steps: 1, rate: rate), 0).exact["lossAfter"][0]
    }
    let step: Float = 0x1p-12
    let slope = (loss(rate: 0.125 + step) - loss(rate: 0.125 - step)) / Double(2 * step)
    let found = answers(of: mtNet(tNet(steps: 1)), 0, uniform: uniform).exact
    let sum = ["fc1", "fc2", "fc3"].flatMap { found["\($0).mask"] }.reduce(0, +)
    // With a logit of zero the relaxed draw is the uniform number itself.
    let expected = Double(uniform * (1 - uniform)) * 0.125 * slope
    #expect(abs(sum - expected) <= 1e-5 * abs(expected))
  }

  @Test func aTaskHasItsOwnDraws() {
    let learner = mtNet(tNet())
    #expect(learner.noise == Parameters([("fc1", [5]), ("fc2", [4]), ("fc3", [1])]))
    let one = learner.noise.noise(ofTask: RandomKey(seed: 1))
    #expect(one == learner.noise.noise(ofTask: RandomKey(seed: 1)))
    #expect(one != learner.noise.noise(ofTask: RandomKey(seed: 2)))
    #expect(one.flatMap(\.elements).allSatisfy { $0 > 0 && $0 < 1 })
    let start = learner.initial(RandomKey(seed: 1))
    #expect(start["fc2.mask"].elements == [0, 0, 0, 0])
    #expect(start.map(\.shape) == learner.layout)
  }

  @Test func aMaskForEachWeightHasItsShape() {
    let learner = mtNet(tNet(), each: .weight)
    let masks = learner.layout.filter { $0.hasSuffix(".mask") }
    #expect(masks.names == network.layout.names.map { "\($0).mask" })
    #expect(masks.leaves == network.layout.leaves)
    #expect(learner.noise == network.layout)
    let logits = learner.initial(RandomKey(seed: 1))["fc2.weight.mask"].elements
    #expect(logits.allSatisfy { $0 != 0 && abs($0) <= 0.2 })
  }
}
