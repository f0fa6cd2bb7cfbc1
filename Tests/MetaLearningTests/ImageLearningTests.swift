import Episodes
import Execution
import Graphs
import MetaLearning
import NDArrays
import Networks
import Testing

/// A network for images, small enough for finite differences, and how it adapts.
private struct Setting: CustomTestStringConvertible {
  var name: String
  var network: any LayeredNetwork
  var adapts = Adapting.all
  var innerSteps = 1

  var testDescription: String { "\(name), \(innerSteps) inner steps" }

  /// Small where there are many steps: far from where it began, a loss is not smooth enough.
  func learner(_ order: MAML.Order) -> MAML {
    MAML(
      network: network, loss: .crossEntropy, innerRate: innerSteps == 1 ? 0.1 : 0.02,
      innerSteps: innerSteps, order: order, adapts: adapts)
  }

  static func batchNorm(
    _ learned: Normalization.Learned = .shift, kind: Normalization.Kind = .batch
  ) -> Normalization {
    Normalization("", kind: kind, learned: learned, epsilon: 1e-3)
  }

  static func convNet4(
    _ input: Shape, _ downsampling: ConvNet4.Downsampling, _ pooling: ConvNet4.Pooling,
    filters: Int = 3, bias: ConvolutionLayer.Bias = .learned,
    _ normalization: Normalization = batchNorm()
  ) -> ConvNet4 {
    ConvNet4(
      input: input, filters: filters, ways: 3, downsampling: downsampling, pooling: pooling,
      bias: bias, normalization: normalization, initializer: .glorotUniform,
      headInitializer: .glorotUniform)
  }

  static let all = [1, 5].flatMap { steps in
    networks.map { setting in
      var setting = setting
      setting.innerSteps = steps
      return setting
    }
  }

  private static let networks = [
    Setting(
      name: "strided, mean, shift not adapted",
      network: convNet4([9, 7, 1], .stride, .mean), adapts: .weights),
    Setting(
      name: "strided, flattened, scale and shift adapted",
      network: convNet4([9, 9, 2], .stride, .flatten, bias: .none, batchNorm([.scale, .shift]))),
    Setting(
      name: "max-pool", network: convNet4([17, 16, 2], .maxPool, .flatten, filters: 2)),
    Setting(
      name: "max-pool, layer norm",
      network: convNet4(
        [16, 16, 1], .maxPool, .mean, filters: 2, batchNorm([.scale, .shift], kind: .layer))),
    Setting(
      name: "no convolutions",
      network: NormalizedMLP(
        input: [3, 3, 1], hidden: [6, 4], ways: 3, activation: .relu, normalization: batchNorm(),
        initializer: .glorotUniform), adapts: .weights),
    Setting(
      name: "residual",
      network: ResNet12(
        input: [5, 6, 2], filters: [2, 3], ways: 3, normalization: batchNorm([.scale, .shift]),
        initializer: .heNormal, headInitializer: .glorotUniform)),
  ]
}

/// Seven support and five query images of three classes.
private struct Probe {
  let learner: MAML
  let shapes: Episode<Shape>
  let parameters: [[Double]]
  let data: [[Double]]

  init(_ setting: Setting, _ order: MAML.Order) {
    learner = setting.learner(order)
    func batch(_ count: Int) -> Batch<Shape> {
      Batch(inputs: Shape([count] + setting.network.input.sizes), targets: [count])
    }
    shapes = Episode(support: batch(7), query: batch(5))
    parameters = spread(learner.layout.leaves, from: 3, scale: 0.7)
    let images = spread([shapes.support.inputs, shapes.query.inputs], from: 1000)
    func labels(_ count: Int) -> [Double] { (0..<count).map { Double($0 % 3) } }
    data = [images[0], labels(7), images[1], labels(5)]
  }

  func queryLoss(_ program: Program, at distance: Double, along direction: [[Double]]) -> Double {
    let moved = zip(parameters, direction).map { zip($0, $1).map { $0 + distance * $1 } }
    return program.reference(moved + data)[learner.innerSteps][0]
  }
}

@Suite struct ImageLearningTests {
  @Test(arguments: Setting.all) private func secondOrderIsTheSlopeOfTheQueryLoss(
    _ setting: Setting
  ) {
    let probe = Probe(setting, .second)
    let gradient = Array(
      probe.learner.metaGradientProgram(probe.shapes).reference(probe.parameters + probe.data)[2...]
    )
    let program = probe.learner.evaluationProgram(probe.shapes, steps: setting.innerSteps)
    let direction = spread(probe.learner.layout.leaves, from: 55_000)
    let step = 1e-6
    let slope =
      (probe.queryLoss(program, at: step, along: direction)
        - probe.queryLoss(program, at: -step, along: direction)) / (2 * step)
    #expect(norm(gradient) > 1e-3)
    #expect(abs(slope - dot(gradient, direction)) <= 1e-6 * norm(gradient) * norm(direction))
  }

  @Test(arguments: Setting.all) private func firstOrderIsTheQueryGradientAtTheAdaptedWeights(
    _ setting: Setting
  ) {
    let probe = Probe(setting, .first)
    let gradient = Array(
      probe.learner.metaGradientProgram(probe.shapes).reference(probe.parameters + probe.data)[2...]
    )
    let expected = probe.learner.gradientAtAdaptedWeights(
      of: probe.parameters, on: probe.data, of: probe.shapes)
    #expect(norm(gradient - expected) <= 1e-12 * norm(expected))
  }

  @Test(arguments: Setting.all, MAML.Order.allCases)
  private func theEngineAgreesWithTheReference(_ setting: Setting, order: MAML.Order) {
    let probe = Probe(setting, order)
    let program = probe.learner.metaGradientProgram(probe.shapes)
    let inputs = (probe.parameters + probe.data).map { $0.map(Float.init) }
    let expected = program.reference(inputs.map { $0.map(Double.init) })
    let runs = Kernels.available.map { Executable(program, kernels: $0)(inputs) }
    let found = runs[0].map { $0.map(Double.init) }
    let scale = norm(Array(expected[2...]))
    #expect(norm(Array(found[2...]) - Array(expected[2...])) <= 1e-5 * scale)
    for run in runs { #expect(run == runs[0]) }
  }
}
