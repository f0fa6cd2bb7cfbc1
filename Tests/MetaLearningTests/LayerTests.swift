import Foundation
import Graphs
import NDArrays
import Networks
import Testing

@Suite struct LayerTests {
  private let normalization = Normalization("", kind: .batch, learned: .shift, epsilon: 1e-3)

  private func convNet4(_ pooling: ConvNet4.Pooling) -> ConvNet4 {
    ConvNet4(
      input: [84, 84, 3], filters: 32, ways: 5, downsampling: .maxPool, pooling: pooling,
      bias: .learned, normalization: normalization, initializer: .glorotUniform,
      headInitializer: .glorotUniform)
  }

  @Test func convNet4HasPublicNamesAndLayouts() {
    let layout = convNet4(.flatten).layout
    #expect(
      layout.names == (1...4).flatMap { ["conv\($0).weight", "conv\($0).bias", "bn\($0).bias"] }
        + ["fc.weight", "fc.bias"])
    #expect(layout["conv1.weight"] == [32, 3, 3, 3])
    #expect(layout["conv2.weight"] == [32, 32, 3, 3])
    #expect(layout["fc.weight"] == [5, 800])
    #expect(convNet4(.mean).layout["fc.weight"] == [5, 32])
    #expect(convNet4(.flatten).initial(RandomKey(seed: 1)).map(\.shape) == layout)
  }

  @Test func whatScalesAndShiftsIsKnownByName() {
    let network = ResNet12(
      input: [84, 84, 3], filters: [64, 160, 320, 640], ways: 5, normalization: normalization,
      initializer: .heNormal, headInitializer: .glorotUniform)
    let layout = network.layout
    #expect(layout["block4.conv3.weight"] == [640, 640, 3, 3])
    #expect(layout["block2.shortcut.conv.weight"] == [160, 64, 1, 1])
    #expect(layout.names.filter(network.isNormalization).count == 16)
    #expect(layout.names.filter(network.isNormalization).allSatisfy { $0.contains("bn") })
  }

  @Test func layersThatDoNotFitMakeNoNetwork() {
    let pool = PoolingLayer(.maximum, size: Extent(2, 2), stride: Extent(2, 2))
    #expect(LayerList([pool, pool, Flatten()], input: [4, 5, 1])?.layout.count == 0)
    #expect(LayerList([pool, pool, pool], input: [4, 5, 1]) == nil)
    #expect(LayerList([SpatialMean(), pool], input: [4, 5, 1]) == nil)
  }

  @Test func flatteningGoesChannelByChannel() {
    #expect(run(Flatten(), [1, 1, 2, 2], [1, 2, 3, 4]) == [1, 3, 2, 4])
    #expect(run(SpatialMean(), [1, 1, 2, 2], [1, 2, 3, 4]) == [2, 3])
  }

  @Test func batchesAreNormalisedChannelByChannelAndExamplesAlone() {
    let batch = Normalization("bn", kind: .batch, learned: [], epsilon: 0)
    let layer = Normalization("bn", kind: .layer, learned: [], epsilon: 0)
    let values: [Double] = [1, 10, 3, 20, 1, 40, 3, 50]
    let shape: Shape = [2, 1, 2, 2]
    let spread = Double(250).squareRoot()
    let channel = [-20, -10, 10, 20].map { $0 / spread }
    expectEqual(
      [run(batch, shape, values)],
      [[-1, channel[0], 1, channel[1], -1, channel[2], 1, channel[3]]], to: 1e-6)
    expectEqual(
      [run(batch, shape, values, .eachExample)], [[-1, -1, 1, 1, -1, -1, 1, 1]], to: 1e-6)
    let own = run(layer, shape, values)
    expectEqual([[own[..<4].reduce(0, +), own[4...].reduce(0, +)]], [[0, 0]])
    #expect(run(layer, shape, values, .eachExample) == own)
  }

  /// Statistics lent by examples that are the same as these are the batch's own.
  @Test func lentStatisticsGoThroughTheSameLayers() {
    let network = ConvNet4(
      input: [5, 5, 1], filters: 2, ways: 3, downsampling: .stride, pooling: .mean,
      bias: .learned, normalization: normalization, initializer: .glorotUniform,
      headInitializer: .glorotUniform)
    let (layout, x) = (network.layout, Program.Input("x", [4, 5, 5, 1]))
    let inputs = zip(layout.names, layout.leaves).map { Program.Input($0, $1) } + [x]
    let program = Program.trace(inputs) { tensors in
      let weights = Parameters(names: layout.names, leaves: Array(tensors.dropLast()))
      let images = tensors[layout.count]
      return [
        network(weights, images), network(weights, images, statistics: .other(images)),
        network(weights, images, statistics: .eachExample),
      ]
    }
    let outputs = program.reference(spread(inputs.map(\.shape), from: 4))
    #expect(outputs[0] == outputs[1])
    #expect(outputs[0] != outputs[2])
  }

  @Test func crossEntropyIsMinusTheLogarithmOfTheSoftmax() {
    let program = Program.trace([Program.Input("f", [2, 3]), Program.Input("y", [2])]) {
      [Loss.crossEntropy($0[0], $0[1]), accuracy($0[0], labels: $0[1])]
    }
    let scores: [Double] = [1, 2, 3, 500, 0, 500]
    let expected = (log(exp(-2.0) + exp(-1.0) + 1) + 1 + log(2)) / 2
    expectEqual(program.reference([scores, [1, 0]]), [[expected], [0.5]], to: 1e-7)
  }

  private func run(
    _ layer: any Layer, _ shape: Shape, _ values: [Double], _ statistics: Statistics = .batch
  ) -> [Double] {
    Program.trace([Program.Input("x", shape)]) { x in
      [layer(Parameters([]), Signal(x[0], statistics: statistics)).values]
    }.reference([values])[0]
  }
}
