import Episodes
import NDArrays
import Testing

private func curves<Tasks: CurveTasks>(_ tasks: Tasks) -> [Tasks.Truth] {
  (0..<20_000).map { tasks.curve(RandomKey(seed: 3).child($0)) }
}

/// A uniform draw's mean and variance, to five standard errors.
private func expectUniform(
  _ values: [Float], over range: ClosedRange<Float>, at location: SourceLocation = #_sourceLocation
) {
  let x = values.map(Double.init)
  let (low, high, count) = (
    Double(range.lowerBound), Double(range.upperBound), Double(values.count)
  )
  let variance = (high - low) * (high - low) / 12
  let mean = x.reduce(0, +) / count
  let spread = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
  #expect(values.allSatisfy(range.contains), sourceLocation: location)
  #expect(
    abs(mean - (low + high) / 2) < 5 * (variance / count).squareRoot(), sourceLocation: location)
  #expect(
    abs(spread - variance) < 5 * variance * (0.8 / count).squareRoot(), sourceLocation: location)
}

@Suite struct FamiliesTests {
  @Test func sinusoidsAreDrawnAsInMAML() {
    let drawn = curves(SinusoidTasks(shots: 1, query: 1))
    expectUniform(drawn.map(\.amplitude), over: 0.1...5)
    expectUniform(drawn.map(\.phase), over: 0...Float.pi)
    #expect(drawn.allSatisfy { $0.frequency == 1 })
  }

  @Test func frequenciesVaryAsInMetaSGD() {
    let drawn = curves(SinusoidTasks(shots: 1, query: 1, frequency: .varying))
    expectUniform(drawn.map(\.amplitude), over: 0.1...5)
    expectUniform(drawn.map(\.phase), over: 0...Float.pi)
    expectUniform(drawn.map(\.frequency), over: 0.8...1.2)
  }

  @Test(arguments: 0...2) func polynomialsAreDrawnAsInMTNet(order: Int) {
    let drawn = curves(PolynomialTasks(shots: 1, query: 1, order: order))
    for power in 0...order {
      let limit = Float(sign: .plus, exponent: -power, significand: 1)
      expectUniform(drawn.map { $0.coefficients[power] }, over: -limit...limit)
    }
    #expect(drawn.allSatisfy { $0.coefficients.count == order + 1 })
  }

  /// The loss of answering zero, in closed form: `E[a²]/2 = (5³ - 0.1³) / (3 · 4.9 · 2)`.
  @Test func answeringZeroCostsWhatTheIntegralSays() {
    let tasks = SinusoidTasks(shots: 1, query: 10)
    let squares = (0..<5000).map { task in
      tasks.episode(RandomKey(seed: 3).child(task)).query.targets.elements
        .reduce(0.0) { $0 + Double($1) * Double($1) } / 10
    }
    let expected = (125 - 0.001) / (3 * 4.9 * 2)
    #expect(abs(squares.reduce(0, +) / 5000 - expected) < 5 * 4.2 / 5000.0.squareRoot())
  }

  @Test func aSinusoidLagsByItsPhase() {
    let curve = Sinusoid(amplitude: 2, phase: 0.5, frequency: 0.5)
    #expect(curve(1) == 0)
    #expect(abs(curve(1 + .pi) - 2) < 1e-6)
  }

  @Test func aPolynomialAddsItsPowers() {
    #expect(Polynomial(coefficients: [1, -2, 0.5])(4) == 1 - 8 + 8)
    #expect(Polynomial(coefficients: [3])(100) == 3)
  }

  @Test func stackingKeepsEachTasksNumbersTogether() {
    let tasks = SinusoidTasks(shots: 2, query: 3, told: .curve)
    let episodes = (0..<4).map { tasks.episode(RandomKey(seed: $0)) }
    let stack = Episode(stacking: episodes)
    #expect(stack.support.inputs.shape == [4, 2, 3])
    #expect(stack.query.targets.shape == [4, 3, 1])
    #expect(stack.query.inputs.elements == episodes.flatMap(\.query.inputs.elements))
  }
}
