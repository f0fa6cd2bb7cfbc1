import Episodes
import Foundation
import Graphs
import MetaLearning
import NDArrays
import Networks
import Optimizers
import Testing

/// A network as a user writes it: layers, the weights to begin with, and the way through.
private struct Waves: Network {
  let hidden = Dense("hidden", inputs: 1, outputs: 8, initializer: .normal(deviation: 1))
  let head = Dense("head", inputs: 8, outputs: 1, initializer: .glorotUniform)

  func initial(_ key: RandomKey) -> Parameters<NDArray> {
    hidden.initial(key.child(0)).merging(head.initial(key.child(1)))
  }

  func callAsFunction(_ weights: Parameters<Tensor>, _ inputs: Tensor) -> Tensor {
    head(weights, hidden(weights, inputs).sin)
  }
}

/// Tasks as a user writes them: parabolas `y = a x²` with `a` in [1, 3], over five points each.
private struct Parabolas {
  func episode(_ key: RandomKey) -> Episode<NDArray> {
    var stream = key.stream
    let curvature = stream.uniform(1...3)
    func points() -> Batch<NDArray> {
      let x = (0..<5).map { _ in stream.uniform(-1...1) }
      return Batch(
        inputs: NDArray(x, shape: [5, 1]),
        targets: NDArray(x.map { curvature * $0 * $0 }, shape: [5, 1]))
    }
    return Episode(support: points(), query: points())
  }
}

@Suite struct UserNetworkTests {
  @Test func aNetworkOfOnesOwnTrainsOnTasksOfOnesOwn() {
    var run = Run(
      learner: MAML(
        network: Waves(), loss: .meanSquaredError, innerRate: 0.1, innerSteps: 1, order: .second,
        adapts: .all),
      optimizer: Adam(rate: .constant(0.02), beta1: 0.9, beta2: 0.999, epsilon: 1e-8))
    let untrained = run.lossAfterAdaptation()
    for step in 0..<60 { run.take(step: step) }
    #expect(run.lossAfterAdaptation() < untrained / 5)
  }
}

/// A run in float64, by the definitions: four tasks a step.
private struct Run {
  let learner: MAML
  let gradientProgram: Program
  let updateProgram: Program
  var parameters: [[Double]]
  var state: [[Double]]

  init(learner: MAML, optimizer: some OuterOptimizer) {
    self.learner = learner
    gradientProgram = learner.metaGradientProgram(shapes(support: 5, query: 5))
    updateProgram = optimizer.updateProgram(learner.layout, tasks: 4)
    parameters = learner.initial(RandomKey(seed: 1)).leaves.map(\.doubles)
    state = optimizer.initialState(learner.layout).leaves.map(\.doubles)
  }

  mutating func take(step: Int) {
    let sum = results(step: step).map { $0[2...] }.reduce(parameters.map { $0.map { _ in 0 } }) {
      zip($0, $1).map { zip($0, $1).map(+) }
    }
    let next = updateProgram.reference(parameters + sum + state + [[Double(step)]])
    (parameters, state) = (Array(next.prefix(sum.count)), Array(next.dropFirst(sum.count)))
  }

  /// Over tasks that training never sees.
  func lossAfterAdaptation() -> Double { results(step: -1).map { $0[1][0] }.reduce(0, +) / 4 }

  private func results(step: Int) -> [[[Double]]] {
    (0..<4).map { task in
      let key = RandomKey(seed: 2).child(UInt64(step + 1)).child(UInt64(task))
      let episode = Parabolas().episode(key)
      let data = [episode.support, episode.query].flatMap { [$0.inputs, $0.targets] }
      return gradientProgram.reference(parameters + data.map(\.doubles))
    }
  }
}

extension NDArray {
  fileprivate var doubles: [Double] { elements.map(Double.init) }
}
