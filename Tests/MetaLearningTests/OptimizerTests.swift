import Graphs
import NDArrays
import Optimizers
import Testing

/// What a few steps of an optimiser do to two small parameters, and the same loop written by hand.
@Suite struct OptimizerTests {
  private let layout = Parameters<Shape>([("w", [2]), ("b", [1])])
  private let start: [[Double]] = [[0.5, -1.25], [2]]
  /// One gradient a step, over five orders of magnitude.
  private let gradients: [[[Double]]] = [
    [[0.25, -4], [1]], [[-0.5, 0.001], [16]], [[3, 0.002], [-0.125]], [[0.75, 100], [0.5]],
  ]

  /// The parameters after each step, one array for both leaves.
  private func run(_ optimizer: some OuterOptimizer, steps: Int = 4) -> [[Double]] {
    let state = optimizer.initialState(layout)
    let program = optimizer.updateProgram(layout, tasks: 1)
    var (parameters, memory) = (start, state.leaves.map { $0.elements.map(Double.init) })
    return (0..<steps).map { step in
      let results = program.reference(
        parameters + gradients[step] + memory + [[Double(step)]])
      (parameters, memory) = (Array(results[..<2]), Array(results[2...]))
      return parameters.flatMap { $0 }
    }
  }

  /// The same by a rule for one number at a time.
  private func byHand(_ rule: (inout Double, Double, Int) -> Void) -> [[Double]] {
    var flat = start.flatMap { $0 }
    return gradients.enumerated().map { step, gradient in
      for (index, slope) in gradient.flatMap({ $0 }).enumerated() {
        rule(&flat[index], slope, step)
      }
      return flat
    }
  }

  @Test func descentFollowsTheSlope() {
    let rate = Double(Float(0.1))
    expectEqual(run(SGD(rate: .constant(0.1))), byHand { value, slope, _ in value -= rate * slope })
  }

  @Test(arguments: [Momentum.Form.classical, .nesterov])
  func momentumGathersAVelocity(_ form: Momentum.Form) {
    let (rate, momentum) = (Double(Float(0.1)), Double(Float(0.9)))
    var velocities = [0.0, 0, 0]
    var index = 0
    let expected = byHand { value, slope, _ in
      velocities[index] = momentum * velocities[index] + slope
      value -=
        rate * (form == .classical ? velocities[index] : slope + momentum * velocities[index])
      index = (index + 1) % 3
    }
    expectEqual(run(Momentum(rate: .constant(0.1), momentum: 0.9, form: form)), expected)
  }

  @Test(arguments: [Momentum.Form.classical, .nesterov])
  func withoutMomentumItIsDescent(_ form: Momentum.Form) {
    #expect(
      run(Momentum(rate: .constant(0.1), momentum: 0, form: form))
        == run(SGD(rate: .constant(0.1))))
  }

  @Test(arguments: [Float(1e-8), 1e-2]) func adamFollowsItsAlgorithm(epsilon: Float) {
    let (beta1, beta2) = (Double(Float(0.9)), Double(Float(0.999)))
    var (first, second) = ([0.0, 0, 0], [0.0, 0, 0])
    var (power1, power2, index) = (1.0, 1.0, 0)
    let expected = byHand { value, slope, _ in
      if index == 0 { (power1, power2) = (power1 * beta1, power2 * beta2) }
      first[index] = beta1 * first[index] + (1 - beta1) * slope
      second[index] = beta2 * second[index] + (1 - beta2) * slope * slope
      let root = (second[index] / (1 - power2)).squareRoot()
      value -= Double(Float(0.001)) * first[index] / (1 - power1) / (root + Double(epsilon))
      index = (index + 1) % 3
    }
    expectEqual(run(adam(.constant(0.001), epsilon)), expected)
  }

  @Test func adamsFirstStepIsTheRateWhateverTheSlope() {
    let moved = zip(run(adam(.constant(0.001), 0))[0], start.flatMap { $0 }).map { $0 - $1 }
    expectEqual([moved], [gradients[0].flatMap { $0 }.map { $0 > 0 ? -0.001 : 0.001 }], to: 1e-7)
  }

  @Test func adamWithoutMomentsFollowsTheSign() {
    let optimizer = Adam(rate: .constant(0.5), beta1: 0, beta2: 0, epsilon: 0)
    expectEqual(run(optimizer), byHand { value, slope, _ in value -= slope > 0 ? 0.5 : -0.5 })
  }

  @Test func theRateFollowsItsSchedule() {
    let schedule = Schedule.stepwise(from: 1, factor: 0.5, at: [1, 3])
    let rates = [1, 0.5, 0.5, 0.25]
    expectEqual(
      run(SGD(rate: schedule)), byHand { value, slope, step in value -= rates[step] * slope })
  }

  @Test func clippingHappensBeforeTheUpdate() {
    let clipped = Clipped(SGD(rate: .constant(0.5)), by: .elementwise(limit: 2))
    expectEqual(
      run(clipped), byHand { value, slope, _ in value -= 0.5 * max(-2, min(2, slope)) })
    #expect(
      run(Clipped(adam(.constant(0.001), 1e-8), by: .norm(limit: 1000)))
        == run(adam(.constant(0.001), 1e-8)))
  }

  @Test func theGradientIsTheMeanOverTheTasks() {
    let program = SGD(rate: .constant(1)).updateProgram(Parameters([("w", [2])]), tasks: 25)
    #expect(program.inputs.map(\.name) == ["w", "gradient.w", "step"])
    #expect(program.reference([[0, 1], [50, -25], [0]]) == [[-2, 2]])
  }

  @Test func stateIsNamedAfterItsMethodAndParameter() {
    #expect(SGD(rate: .constant(1)).initialState(layout).count == 0)
    let momentum = Momentum(rate: .constant(1), momentum: 0.9, form: .classical)
    #expect(
      momentum.initialState(layout).names == ["momentum.velocity.w", "momentum.velocity.b"])
    let state = adam(.constant(1), 1e-8).initialState(layout)
    #expect(
      state.names == [
        "adam.first.w", "adam.first.b", "adam.second.w", "adam.second.b", "adam.beta1Power",
        "adam.beta2Power",
      ])
    #expect(state.leaves.map(\.elements) == [[0, 0], [0], [0, 0], [0], [1], [1]])
  }

  private func adam(_ rate: Schedule, _ epsilon: Float) -> Adam {
    Adam(rate: rate, beta1: 0.9, beta2: 0.999, epsilon: epsilon)
  }
}
