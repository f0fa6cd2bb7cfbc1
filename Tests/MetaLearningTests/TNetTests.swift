import Episodes
import Execution
import Graphs
import MetaLearning
import NDArrays
import Networks
import Testing

/// T-net's identity: warps that are identities are none.
@Suite struct TNetTests {
  private func maml(_ network: any Network, _ loss: Loss, _ order: MAML.Order) -> MAML {
    MAML(
      network: network, loss: loss, innerRate: 0.05, innerSteps: 2, order: order, adapts: .all)
  }

  private func expectWarpsOfIdentitiesAreNone(
    _ maml: MAML, _ data: [[Float]], _ episode: Episode<Shape>
  ) {
    let start = TNet(maml).initial(RandomKey(seed: 4)).map(\.elements)
    let (found, expected) = (
      Answers(of: TNet(maml), at: start, on: data, episode),
      Answers(of: maml, at: start, on: data, episode)
    )
    #expect(found.agreesExactly(with: expected))
    // The compiler fuses and reorders where no warp stands between.
    #expect(found.distance(to: expected) <= 1e-6)
    #expect(norm([found.exact["fc2.warp"]]) > 0)
  }

  @Test(arguments: MAML.Order.allCases) func ofDenseNetworks(_ order: MAML.Order) {
    let network = MLP(
      inputs: 2, hidden: [5], outputs: 1, activation: .tanh, initializer: .glorotUniform)
    let episode = shapes(support: 4, query: 3, inputs: 2)
    let data = spread(episode.all, from: 900, scale: 2).map { $0.map(Float.init) }
    expectWarpsOfIdentitiesAreNone(maml(network, .meanSquaredError, order), data, episode)
  }

  @Test(arguments: MAML.Order.allCases) func ofConvolutions(_ order: MAML.Order) throws {
    let network = try #require(
      LayerList(
        [
          ConvolutionLayer(
            "conv1", filters: 3, size: Extent(square: 3), stride: Extent(2, 2), padding: .same,
            bias: .learned, initializer: .glorotUniform),
          Normalization("bn1", kind: .batch, learned: .shift, epsilon: 1e-3),
          ActivationLayer(.relu), Flatten(),
          FullyConnected("fc2", outputs: 3, initializer: .glorotUniform),
        ], input: [6, 5, 2]))
    let batch = Batch<Shape>(inputs: [6, 6, 5, 2], targets: [6])
    let images = spread([batch.inputs, batch.inputs], from: 1000).map { $0.map(Float.init) }
    let labels: [Float] = [0, 1, 2, 0, 1, 2]
    expectWarpsOfIdentitiesAreNone(
      maml(network, .crossEntropy, order), [images[0], labels, images[1], labels],
      Episode(support: batch, query: batch))
  }

  @Test func everyLinearMapHasAWarpAndStartsWhereMAMLDoes() {
    let network = ResNet12(
      input: [8, 8, 3], filters: [4, 6], ways: 5,
      normalization: Normalization("", kind: .batch, learned: [.scale, .shift], epsilon: 1e-5),
      initializer: .heNormal, headInitializer: .glorotUniform)
    let learner = TNet(maml(network, .crossEntropy, .second))
    let warps = learner.layout.filter { $0.hasSuffix(".warp") }
    #expect(warps.count == 9)
    #expect(warps["block2.shortcut.conv.warp"] == [6, 6])
    #expect(warps["fc.warp"] == [5, 5])
    let start = learner.initial(RandomKey(seed: 1))
    #expect(start["fc.warp"].elements.enumerated().allSatisfy { $1 == ($0 % 6 == 0 ? 1 : 0) })
    #expect(start.filter(network.layout.names.contains) == network.initial(RandomKey(seed: 1)))
  }

  /// The warp of a linear model of one output is a factor.
  @Test func aWarpFollowsTheWholeLinearMap() {
    let layer = Dense("fc1", inputs: 2, outputs: 2, initializer: .zeros)
    let shapes: [Shape] = [[2, 2], [2], [2, 2], [1, 2]]
    let program = Program.trace(shapes.map { Program.Input("\($0)", $0) }) { x in
      let weights = Parameters([
        ("fc1.weight", x[0]), ("fc1.bias", x[1]), ("fc1.warp", x[2]),
      ])
      return [layer(weights, x[3])]
    }
    // W x + b = (1 + 20 + 5, 3 + 40 + 6) = (26, 49), then T.
    #expect(program.reference([[1, 2, 3, 4], [5, 6], [1, 1, 0, -2], [1, 10]]) == [[75, -98]])
  }
}
