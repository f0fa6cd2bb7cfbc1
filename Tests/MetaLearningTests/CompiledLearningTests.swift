import Compiler
import Episodes
import Execution
import Foundation
import Graphs
import MetaLearning
import NDArrays
import Networks
import Optimizers
import Testing

/// What is learned, as it really runs: compiled, in float32.
@Suite struct CompiledLearningTests {
  private func maml(_ activation: Activation, _ steps: Int, _ order: MAML.Order) -> MAML {
    MAML(
      network: MLP(
        inputs: 1, hidden: [40, 40], outputs: 1, activation: activation,
        initializer: .glorotUniform),
      loss: .meanSquaredError, innerRate: 0.01, innerSteps: steps, order: order,
      adapts: .all)
  }

  /// Random weights, and the curve `y = 2 sin x` at spread points.
  private func inputs(_ learner: some MetaLearner, _ episode: Episode<Shape>) -> [[Float]] {
    let weights = learner.initial(RandomKey(seed: 5)).leaves.map(\.elements)
    let points = spread([episode.support.inputs, episode.query.inputs], from: 0, scale: 5)
      .map { $0.map(Float.init) }
    let answers = points.map { $0.map { 2 * sin($0) } }
    return weights + [points[0], answers[0], points[1], answers[1]]
  }

  @Test(arguments: Activation.allCases, [1, 5])
  func metaGradientsAgreeWithTheReference(_ activation: Activation, steps: Int) {
    let episode = shapes(support: 10, query: 10)
    for order in MAML.Order.allCases {
      let learner = maml(activation, steps, order)
      let program = learner.metaGradientProgram(episode)
      let inputs = inputs(learner, episode)
      let found = Executable(program)(inputs).map { $0.map(Double.init) }
      let expected = program.reference(inputs.map { $0.map(Double.init) })
      let (gradient, exact) = (Array(found[2...]), Array(expected[2...]))
      #expect(norm(gradient - exact) <= 1e-5 * norm(exact))
      expectEqual(Array(found[..<2]), Array(expected[..<2]), to: 1e-5)
    }
  }

  @Test func theLossBeforeAdaptationCostsOneSum() {
    let full = maml(.relu, 1, .second).metaGradientProgram(shapes(support: 10, query: 10))
    var without = full
    without.results.removeFirst()
    let extra = full.optimized().instructions.count - without.optimized().instructions.count
    #expect(extra <= 3)
  }

  @Test func whatALearnerTracesIsAsSmallAsWhatIsWrittenByHand() {
    let program = maml(.relu, 1, .second).metaGradientProgram(shapes(support: 10, query: 10))
    let operations = program.optimized().instructions.filter { instruction in
      switch instruction.primitive {
      case .input, .reshape, .element: false
      case .fill, .ramp, .pointwise, .product, .convolution, .maximumPooling, .sumPooling,
        .broadcast,
        .sum,
        .transpose, .stop, .fusedPointwise, .fusedProduct, .fusedConvolution, .fusedSum,
        .winograd:
        true
      }
    }
    #expect(operations.count <= 64)
  }

  @Test(arguments: [Clip.none, .elementwise(limit: 0.5), .norm(limit: 2)])
  func updatesAgreeWithTheReference(_ clip: Clip) {
    let layout = Parameters<Shape>([("w", [30, 20]), ("b", [20])])
    let adam = Adam(rate: .constant(0.001), beta1: 0.9, beta2: 0.999, epsilon: 1e-8)
    let program = Clipped(adam, by: clip).updateProgram(layout, tasks: 25)
    var inputs = spread(program.inputs.map(\.shape), from: 9).map { $0.map(Float.init) }
    for index in 6...7 { inputs[index] = inputs[index].map { $0 * $0 } }
    (inputs[8], inputs[9], inputs[10]) = ([0.81], [0.998], [2])
    let found = Executable(program)(inputs).map { $0.map(Double.init) }
    expectEqual(found, program.reference(inputs.map { $0.map(Double.init) }), to: 1e-5)
  }
}
