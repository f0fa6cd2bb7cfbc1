import Episodes
import Graphs
import MetaLearning
import NDArrays
import Networks

/// A method with one inner step, and what its difference from MAML should cost.
struct Method {
  var name: String
  var learner: any MetaLearner
  /// Of products and convolutions.
  var flops: Double
  var pointwise = Pointwise()

  /// Work on every weight beyond what MAML does in its products' last lines.
  struct Pointwise {
    /// Times that all weights are multiplied and added to: read twice and written once.
    var passes = 0.0
    /// Draws of a mask, and their derivatives.
    var draws = 0
    /// Times that all weights take a step of Adam.
    var adamSteps = 0.0
  }
}

/// A network and the tasks it is trained on, on which methods are compared.
struct MethodGround {
  var name: String
  var maml: MAML
  var shapes: Episode<Shape>
  var work: UsefulWork

  var weights: Int { maml.network.layout.leaves.map(\.count).reduce(0, +) }

  static var all: [MethodGround] {
    let sinusoid = Workload.sinusoid(.second, steps: 1)
    let network = Workload.strided(5)
    let omniglot = Workload.image(
      "omniglot 5-way", network, ways: 5, query: 1, steps: 1, .second)
    return [
      MethodGround(
        name: "sinusoid", maml: sinusoid.maml, shapes: sinusoid.shapes,
        work: UsefulWork(widths: [1, 40, 40, 1])),
      MethodGround(
        name: "omniglot 5-way", maml: omniglot.maml, shapes: omniglot.shapes,
        work: UsefulWork(network)),
    ]
  }

  /// MAML first.
  var methods: [Method] {
    [
      Method(name: "MAML", learner: maml, flops: flops(work)),
      metaSGD, tNet, mtNet(.unit), mtNet(.weight), adapting("ANIL", .head), adapting("BOIL", .body),
      mamlPlusPlus, alfa, reptile,
    ]
  }

  private var counts: (support: Int, query: Int) {
    (shapes.support.inputs[0], shapes.query.inputs[0])
  }

  private func flops(_ work: UsefulWork) -> Double {
    work.flops(support: counts.support, query: counts.query, steps: 1, order: .second)
  }
}

extension MethodGround {
  /// Passes: rates times slopes; on the way back, rates and slopes each times the query gradient.
  private var metaSGD: Method {
    Method(
      name: "Meta-SGD",
      learner: MetaSGD(
        network: maml.network, loss: maml.loss, initialRates: .constant(0.01), innerSteps: 1,
        order: .second, adapts: maml.adapts),
      flops: flops(work), pointwise: .init(passes: 3))
  }

  private var tNet: Method {
    Method(name: "T-net", learner: TNet(maml), flops: flops(work.warped))
  }

  /// Passes: as Meta-SGD's, with masks in the place of rates.
  private func mtNet(_ each: MTNet.Each) -> Method {
    Method(
      name: each == .unit ? "MT-net" : "MT-net-full",
      learner: MTNet(TNet(maml), each: each, draw: .straightThrough, temperature: 1),
      flops: flops(work.warped),
      pointwise: .init(passes: 3, draws: each == .weight ? weights : 0))
  }

  private func adapting(_ name: String, _ part: UsefulWork.Part) -> Method {
    var maml = maml
    maml.adapts = part == .head ? .head : .pattern([bodyLayers])
    return Method(name: name, learner: maml, flops: flops(work.moving(part)))
  }

  /// Without normalisations, which do not adapt here.
  private var bodyLayers: [String] {
    maml.network.layerNames.dropLast().filter { !maml.network.isNormalization("\($0).bias") }
  }

  /// Passes: slopes times the query gradient, for the rates.
  private var mamlPlusPlus: Method {
    Method(
      name: "MAML++",
      learner: MAMLPlusPlus(
        maml, multiStepLoss: MultiStepLoss(phases: 10, phaseSteps: 500), firstOrderSteps: 0,
        learnsRates: true, normalizesEachStep: true),
      flops: flops(work), pointwise: .init(passes: 1))
  }

  /// Passes: means of weights and of slopes; weights less their decay and slopes; on the way back the same
  /// as a gradient, by weights, slopes, rates and decays.
  private var alfa: Method {
    Method(
      name: "ALFA", learner: ALFA(maml, initialDecay: 0.0005), flops: flops(work),
      pointwise: .init(passes: 7))
  }

  /// One gradient of the support loss, a step, and the query loss to look at.
  private var reptile: Method {
    let flops =
      Double(counts.support) * work.gradient + Double(counts.query) * work.forward
    return Method(
      name: "Reptile",
      learner: Reptile(
        network: maml.network, loss: maml.loss, innerRate: 0.001, innerSteps: 1,
        innerBatch: counts.support,
        innerOptimizer: .adam(beta1: 0, beta2: 0.999, epsilon: 1e-8)),
      flops: 2 * flops, pointwise: .init(adamSteps: 1))
  }
}
