import Episodes
import Graphs
import MetaLearning
import NDArrays
import Networks

/// A kind of task, and what of it is timed.
struct Workload {
  /// What is computed of a task.
  enum Purpose { case metaGradient, adaptation }

  var name: String
  var maml: MAML
  var shapes: Episode<Shape>
  var flops: Double
  var purpose = Purpose.metaGradient

  var program: Program {
    switch purpose {
    case .metaGradient: maml.metaGradientProgram(shapes)
    case .adaptation: maml.adaptationProgram(support: shapes.support)
    }
  }

  static var all: [Workload] { sinusoids + images + adaptations }

  /// MAML's sinusoids: 1-40-40-1, ten points to learn from and ten to be judged on.
  static var sinusoids: [Workload] {
    [MAML.Order.second, .first].flatMap { order in [1, 5].map { sinusoid(order, steps: $0) } }
  }

  static func sinusoid(_ order: MAML.Order, steps: Int) -> Workload {
    let network = MLP(
      inputs: 1, hidden: [40, 40], outputs: 1, activation: .relu,
      initializer: .truncatedNormal(deviation: 0.01))
    let batch = Batch<Shape>(inputs: [10, 1], targets: [10, 1])
    return Workload(
      name: "sinusoid, \(steps) steps, \(order)",
      maml: MAML(
        network: network, loss: .meanSquaredError, innerRate: 0.01, innerSteps: steps,
        order: order, adapts: .all),
      shapes: Episode(support: batch, query: batch),
      flops: UsefulWork(widths: [1, 40, 40, 1])
        .flops(support: 10, query: 10, steps: steps, order: order))
  }

  static var images: [Workload] {
    let pooled = convNet4([28, 28, 1], 64, .maxPool)
    let mini = convNet4([84, 84, 3], 32, .maxPool)
    return [MAML.Order.second, .first].flatMap { order in
      [
        image("omniglot 5-way", strided(5), ways: 5, query: 1, steps: 1, order),
        image("omniglot 20-way", strided(20), ways: 20, query: 1, steps: 5, order),
        image("omniglot max-pool", pooled(5), ways: 5, query: 15, steps: 5, order),
        image("miniimagenet", mini(5), ways: 5, query: 15, steps: 5, order),
      ]
    }
  }

  /// Of characters, by strides instead of pooling.
  static func strided(_ ways: Int) -> ConvNet4 { convNet4([28, 28, 1], 64, .stride)(ways) }

  /// Inner steps alone, as when what was learned is used.
  static var adaptations: [Workload] {
    [
      adaptation("omniglot 5-way", strided(5)),
      adaptation("miniimagenet", convNet4([84, 84, 3], 32, .maxPool)(5)),
    ]
  }

  private static func adaptation(_ name: String, _ network: ConvNet4) -> Workload {
    var workload = image(name, network, ways: 5, query: 1, steps: 5, .first)
    workload.name = "\(name), 5 steps, adaptation"
    workload.purpose = .adaptation
    workload.flops = UsefulWork(network).flops(support: 5, query: 0, steps: 5, order: .first)
    return workload
  }

  /// The network of Finn et al. 2017 for any number of classes.
  private static func convNet4(
    _ input: Shape, _ filters: Int, _ downsampling: ConvNet4.Downsampling
  ) -> (_ ways: Int) -> ConvNet4 {
    { ways in
      ConvNet4(
        input: input, filters: filters, ways: ways, downsampling: downsampling,
        pooling: downsampling == .stride ? .mean : .flatten, bias: .learned,
        normalization: Normalization("", kind: .batch, learned: .shift, epsilon: 1e-3),
        initializer: .glorotUniform, headInitializer: .glorotUniform)
    }
  }

  /// One shot, and `query` images of each class.
  static func image(
    _ name: String, _ network: ConvNet4, ways: Int, query: Int, steps: Int, _ order: MAML.Order
  ) -> Workload {
    func batch(_ count: Int) -> Batch<Shape> {
      Batch(inputs: Shape([count] + network.input.sizes), targets: [count])
    }
    return Workload(
      name: "\(name), \(steps) steps, \(order)",
      maml: MAML(
        network: network, loss: .crossEntropy, innerRate: 0.01, innerSteps: steps, order: order,
        adapts: .weights),
      shapes: Episode(support: batch(ways), query: batch(ways * query)),
      flops: UsefulWork(network)
        .flops(support: ways, query: ways * query, steps: steps, order: order))
  }
}
