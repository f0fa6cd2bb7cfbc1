import Foundation
import Graphs
import NDArrays
import Networks
import Testing

@Suite struct NetworkTests {
  private let mlp = MLP(
    inputs: 1, hidden: [40, 40], outputs: 1, activation: .relu,
    initializer: .truncatedNormal(deviation: 0.01))

  @Test func anMLPHasPublicNamesAndLayouts() {
    #expect(
      mlp.layout
        == Parameters([
          ("fc1.weight", [40, 1]), ("fc1.bias", [40]), ("fc2.weight", [40, 40]),
          ("fc2.bias", [40]), ("fc3.weight", [1, 40]), ("fc3.bias", [1]),
        ]))
    #expect(mlp.layout.leaves.map(\.count).reduce(0, +) == 1761)
  }

  @Test func initialWeightsHaveTheLayoutAndFollowTheKey() {
    let weights = mlp.initial(RandomKey(seed: 1))
    #expect(weights.map(\.shape) == mlp.layout)
    #expect(weights == mlp.initial(RandomKey(seed: 1)))
    #expect(weights["fc2.weight"] != mlp.initial(RandomKey(seed: 2))["fc2.weight"])
    #expect(weights["fc1.weight"].elements != weights["fc3.weight"].elements)
    #expect(weights["fc2.bias"].elements.allSatisfy { $0 == 0 })
  }

  @Test func anMLPWithoutHiddenLayersIsLinear() {
    let linear = MLP(
      inputs: 2, hidden: [], outputs: 1, activation: .tanh, initializer: .zeros)
    #expect(outputs(of: linear, [[3, -2], [0.5]], [1, 10, 2, 20]) == [-16.5, -33.5])
  }

  @Test func layersAreJoinedByTheActivationAndTheLastOneIsBare() {
    let network = MLP(
      inputs: 1, hidden: [2, 1], outputs: 1, activation: .relu, initializer: .zeros)
    let weights: [[Double]] = [[1, -1], [0, 1], [2, 3], [-4], [-1], [0]]
    // x = 3: relu(3, -2) = (3, 0), relu(6 - 4) = 2, then -2. x = -1: relu(-1, 2) = (0, 2), 2, -2.
    #expect(outputs(of: network, weights, [3, -1]) == [-2, -2])
  }

  @Test(arguments: Activation.allCases) func activationsAreTheirFormulas(_ activation: Activation) {
    let points = [-30, -2.5, -0.5, 0, 0.5, 2.5, 30]
    let program = Program.trace([Program.Input("x", [7])]) { [activation($0[0])] }
    expectEqual(program.reference([points]), [points.map(activation.formula)], to: 3e-7)
  }

  @Test func softplusIsSmoothAtItsHiddenKink() {
    let program = Program.trace([Program.Input("x", [])]) { x in
      let first = gradient(of: Activation.softplus(x[0]), at: x)[0]
      return [first, gradient(of: first, at: x)[0]]
    }
    #expect(program.reference([[0]]) == [[0.5], [0.25]])
  }

  @Test func theSquaredErrorIsTheMeanOverAllElements() {
    let program = Program.trace([Program.Input("f", [2, 2]), Program.Input("y", [2, 2])]) {
      [Loss.meanSquaredError($0[0], $0[1])]
    }
    #expect(program.reference([[1, 2, 3, 4], [1, 0, 0, 8]]) == [[(4 + 9 + 16) / 4]])
  }

  @Test func aLossRefusesTargetsOfAnotherShape() async {
    await #expect(processExitsWith: .failure) {
      _ = Program.trace([Program.Input("f", [3, 1]), Program.Input("y", [3])]) {
        [Loss.meanSquaredError($0[0], $0[1])]
      }
    }
  }

  private func outputs(
    of network: some Network, _ weights: [[Double]], _ inputs: [Double]
  ) -> [Double] {
    let layout = network.layout
    let rows = inputs.count / layout.leaves[0][1]
    let shapes = zip(layout.names, layout.leaves).map { Program.Input($0, $1) }
    return Program.trace(shapes + [Program.Input("x", [rows, layout.leaves[0][1]])]) { x in
      [network(Parameters(names: layout.names, leaves: Array(x.dropLast())), x[layout.count])]
    }.reference(weights + [inputs])[0]
  }
}

extension Activation {
  fileprivate func formula(_ x: Double) -> Double {
    switch self {
    case .relu: max(0, x)
    case .tanh: Foundation.tanh(x)
    case .sigmoid: 1 / (1 + exp(-x))
    case .softplus: log1p(exp(x))
    case .sine: sin(x)
    case .gelu: gelu(x)
    case .leakyRelu: max(x, x / 10)
    }
  }

  private func gelu(_ x: Double) -> Double {
    let inner: Double = x + 0.044715 * x * x * x
    let scale: Double = (2 / Double.pi).squareRoot()
    return x / (1 + exp(-2 * scale * inner))
  }
}
