import NDArrays
import Networks
import Testing

@Suite struct InitializerTests {
  private let shape: Shape = [30, 50, 2]

  private static let table: [(Initializer, deviation: Double, limit: Double)] = [
    (.normal(deviation: 0.5), 0.5, .infinity),
    (.truncatedNormal(deviation: 0.5), 0.5 * 0.8796, 1),
    (.glorotUniform, (2 / 160.0).squareRoot(), (6 / 160.0).squareRoot()),
    (.heNormal, (2 / 100.0).squareRoot(), .infinity),
    (.heUniform, (2 / 100.0).squareRoot(), (6 / 100.0).squareRoot()),
    (.zeros, 0, 0),
  ]

  @Test(arguments: table)
  func weightsHaveTheirDeviationAndStayWithinTheirLimit(
    _ initializer: Initializer, deviation: Double, limit: Double
  ) {
    let draws = initializer(shape, RandomKey(seed: 3)).elements.map(Double.init)
    let count = Double(draws.count)
    let mean = draws.reduce(0, +) / count
    let variance = draws.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / count
    // Three thousand draws: their deviation is known to about 1.3 percent, their mean to 1.8.
    #expect(abs(mean) <= 0.08 * deviation)
    #expect(abs(variance.squareRoot() - deviation) <= 0.06 * deviation)
    #expect(draws.allSatisfy { abs($0) <= limit * (1 + 1e-6) })
  }
}
