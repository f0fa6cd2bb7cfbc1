import Episodes
import Graphs
import MetaLearning
import NDArrays
import Networks
import Testing

/// A network and how it adapts.
private struct Setting: CustomTestStringConvertible {
  var hidden: [Int]
  var activation: Activation
  var innerSteps: Int

  var testDescription: String { "\(hidden) \(activation) \(innerSteps) inner steps" }

  func learner(_ order: MAML.Order) -> MAML {
    MAML(
      network: MLP(
        inputs: 2, hidden: hidden, outputs: 1, activation: activation, initializer: .zeros),
      loss: .meanSquaredError, innerRate: 0.05, innerSteps: innerSteps, order: order,
      adapts: .all)
  }

  static let all = [
    Setting(hidden: [], activation: .tanh, innerSteps: 5),
    Setting(hidden: [1], activation: .sigmoid, innerSteps: 1),
    Setting(hidden: [7], activation: .relu, innerSteps: 5),
    Setting(hidden: [5, 3], activation: .tanh, innerSteps: 1),
    Setting(hidden: [5, 3], activation: .softplus, innerSteps: 5),
    Setting(hidden: [3, 4, 2], activation: .gelu, innerSteps: 1),
    Setting(hidden: [6, 5], activation: .sine, innerSteps: 5),
    Setting(hidden: [40, 40], activation: .relu, innerSteps: 1),
  ]
}

/// A learner whose meta-gradient is the slope of its query loss.
private struct Method: CustomTestStringConvertible {
  var testDescription: String
  var learner: any MetaLearner
  /// Of the query losses after each inner step; only the last counts if there are none.
  var lossWeights: [Float]?

  init(_ description: String, _ learner: any MetaLearner, lossWeights: [Float]? = nil) {
    (testDescription, self.learner) = (description, learner)
    self.lossWeights = lossWeights
  }

  static let network = MLP(
    inputs: 2, hidden: [5, 3], outputs: 1, activation: .tanh, initializer: .glorotUniform)

  private static func mtNet(_ each: MTNet.Each, _ steps: Int) -> Method {
    Method(
      "MT-net of relaxed masks for each \(each), \(steps) steps",
      MTNet(TNet(maml(.all, steps)), each: each, draw: .relaxed, temperature: 0.7))
  }

  private static func mamlPlusPlus(_ steps: Int) -> Method {
    let loss = MultiStepLoss(phases: 4, phaseSteps: 10)
    let norm = Normalization("", kind: .batch, learned: [.scale, .shift], epsilon: 1e-3)
    var maml = maml(.weights, steps)
    maml.network = NormalizedMLP(
      input: [2], hidden: [5, 3], ways: 1, activation: .tanh, normalization: norm,
      initializer: .glorotUniform)
    let learner = MAMLPlusPlus(
      maml, multiStepLoss: loss, firstOrderSteps: 0, learnsRates: true, normalizesEachStep: true)
    return Method(
      "MAML++, \(steps) steps", learner,
      lossWeights: loss.weights(innerSteps: steps, atStep: 0))
  }

  private static func maml(_ adapts: Adapting, _ steps: Int) -> MAML {
    MAML(
      network: network, loss: .meanSquaredError, innerRate: 0.05, innerSteps: steps,
      order: .second, adapts: adapts)
  }

  static let all = [1, 5].flatMap { steps in
    [
      Method(
        "Meta-SGD, \(steps) steps",
        MetaSGD(
          network: network, loss: .meanSquaredError, initialRates: .constant(0.1),
          innerSteps: steps, order: .second, adapts: .all)),
      Method("T-net, \(steps) steps", TNet(maml(.all, steps))),
      mtNet(.unit, steps), mtNet(.weight, steps), mamlPlusPlus(steps),
      Method("ALFA, \(steps) steps", ALFA(maml(.all, steps), initialDecay: 0.1)),
      Method("ANIL, \(steps) steps", maml(.head, steps)),
      Method("BOIL, \(steps) steps", maml(.body, steps)),
      Method("a pattern, \(steps) steps", maml(.pattern([["fc2", "fc3"], ["fc1"]]), steps)),
    ]
  }
}

/// A learner's programs, and one point to run them at.
private struct Probe {
  let learner: any MetaLearner
  let parameters: [[Double]]
  let episode: [[Double]]
  private let lossWeights: [Double]
  private let episodeShapes = shapes(support: 4, query: 3, inputs: 2)

  init(_ learner: any MetaLearner, lossWeights: [Float]? = nil) {
    self.learner = learner
    let last = Array(repeating: Float(0), count: max(learner.innerSteps - 1, 0)) + [1]
    self.lossWeights = (lossWeights ?? last).map(Double.init)
    parameters = spread(learner.layout.leaves, from: 3)
    let noise = spread(learner.noise.leaves, from: 2000).map { $0.map { 0.5 * $0 + 0.5 } }
    episode = spread(episodeShapes.all, from: 1000, scale: 2) + noise
  }

  var gradient: [[Double]] {
    Array(learner.metaGradientProgram(episodeShapes).reference(parameters + episode)[2...])
  }

  /// The slope of the query losses after adaptation along `direction`, by central differences.
  func slope(along direction: [[Double]], step: Double) -> Double {
    let program = learner.evaluationProgram(episodeShapes, steps: learner.innerSteps)
    func loss(at distance: Double) -> Double {
      let moved = zip(parameters, direction).map { zip($0, $1).map { $0 + distance * $1 } }
      let losses = program.reference(moved + episode)
      return zip(lossWeights, losses.suffix(lossWeights.count)).map { $0 * $1[0] }.reduce(0, +)
    }
    return (loss(at: step) - loss(at: -step)) / (2 * step)
  }

  var gradientAtAdaptedWeights: [[Double]] {
    learner.gradientAtAdaptedWeights(of: parameters, on: episode, of: episodeShapes)
  }
}

@Suite struct MetaGradientTests {
  @Test(arguments: Setting.all) private func secondOrderIsTheSlopeOfTheQueryLoss(
    _ setting: Setting
  ) {
    let probe = Probe(setting.learner(.second))
    let gradient = probe.gradient
    for seed in [11, 12] {
      let direction = spread(probe.learner.layout.leaves, from: seed * 5000)
      let slope = probe.slope(along: direction, step: 1e-6)
      #expect(abs(slope - dot(gradient, direction)) <= 1e-6 * norm(gradient) * norm(direction))
    }
  }

  @Test(arguments: Method.all) private func aMethodsGradientIsTheSlopeOfItsQueryLoss(
    _ method: Method
  ) {
    let probe = Probe(method.learner, lossWeights: method.lossWeights)
    let gradient = probe.gradient
    let learned = zip(method.learner.layout.names, gradient)
    #expect(
      learned.allSatisfy {
        $0.hasSuffix(".rate.bn1") || $0.hasSuffix(".rate.bn2") || norm([$1]) > 0
      })
    for seed in [11, 12] {
      let direction = spread(probe.learner.layout.leaves, from: seed * 5000)
      let slope = probe.slope(along: direction, step: 1e-6)
      #expect(abs(slope - dot(gradient, direction)) <= 1e-6 * norm(gradient) * norm(direction))
    }
  }

  @Test(arguments: [Setting.all[3], Setting.all[2]])
  private func everyCoordinateIsRight(_ setting: Setting) {
    let probe = Probe(setting.learner(.second))
    let gradient = probe.gradient
    let differences = gradient.indices.map { leaf in
      gradient[leaf].indices.map { element in
        var direction = gradient.map { $0.map { _ in 0.0 } }
        direction[leaf][element] = 1
        return probe.slope(along: direction, step: 1e-6)
      }
    }
    #expect(norm(differences - gradient) <= 1e-6 * norm(gradient))
  }

  @Test(arguments: Setting.all) private func firstOrderIsTheQueryGradientAtTheAdaptedWeights(
    _ setting: Setting
  ) {
    let probe = Probe(setting.learner(.first))
    let (gradient, expected) = (probe.gradient, probe.gradientAtAdaptedWeights)
    #expect(norm(gradient - expected) <= 1e-12 * norm(expected))
  }

  @Test(arguments: Setting.all) private func theOrdersDiffer(_ setting: Setting) {
    let (first, second) = (
      Probe(setting.learner(.first)).gradient, Probe(setting.learner(.second)).gradient
    )
    #expect(norm(first - second) > 1e-3 * norm(second))
  }

  @Test func withoutInnerStepsTheOrdersAgree() {
    let setting = Setting(hidden: [5], activation: .tanh, innerSteps: 0)
    let (first, second) = (Probe(setting.learner(.first)), Probe(setting.learner(.second)))
    #expect(first.gradient == second.gradient)
    #expect(first.gradient == first.gradientAtAdaptedWeights)
  }

  @Test func jointTrainingIsTheSlopeOfTheLossOfAllPoints() {
    let network = MLP(
      inputs: 2, hidden: [4], outputs: 1, activation: .tanh, initializer: .zeros)
    let probe = Probe(JointTraining(network: network, loss: .meanSquaredError, innerRate: 0.1))
    let union = Program.trace(
      zip(network.layout.names, network.layout.leaves).map { Program.Input($0, $1) }
        + [Program.Input("x", [7, 2]), Program.Input("y", [7, 1])]
    ) { x in
      let weights = Parameters(names: network.layout.names, leaves: Array(x.prefix(4)))
      return gradient(of: Loss.meanSquaredError(network(weights, x[4]), x[5]), at: weights).leaves
    }
    let data = probe.episode
    let expected = union.reference(probe.parameters + [data[0] + data[2], data[1] + data[3]])
    // The weights 4/7 and 3/7 are float32 constants of the program.
    #expect(norm(probe.gradient - expected) <= 1e-6 * norm(expected))
  }
}
