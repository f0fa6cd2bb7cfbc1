import Episodes
import NDArrays
import Testing

private let families: [any CurveTasks] =
  [SinusoidTasks.Frequency.fixed, .varying].map {
    SinusoidTasks(shots: 5, query: 7, frequency: $0)
  } + (0...2).map { PolynomialTasks(shots: 5, query: 7, order: $0) }

private let told: [any CurveTasks] = [
  SinusoidTasks(shots: 5, query: 7, told: .curve),
  SinusoidTasks(shots: 5, query: 7, frequency: .varying, told: .curve),
  PolynomialTasks(shots: 5, query: 7, order: 1, told: .curve),
]

private func key(_ task: Int) -> RandomKey { RandomKey(seed: 11).child(UInt64(task)) }

@Suite struct CurveTasksTests {
  @Test(arguments: families + told) func episodesHaveTheShapesTheyPromise(_ tasks: any CurveTasks) {
    let episode = tasks.episode(key(0))
    #expect(episode.map(\.shape) == tasks.shapes)
    #expect(episode.support.targets.shape == [5, 1])
    #expect(episode.query.targets.shape == [7, 1])
  }

  @Test(arguments: families) func inputsFillTheDomainEvenly(_ tasks: any CurveTasks) {
    let inputs = (0..<1000).flatMap {
      let episode = tasks.episode(key($0))
      return episode.support.inputs.elements + episode.query.inputs.elements
    }
    #expect(inputs.allSatisfy(tasks.domain.contains))
    let (limit, count) = (Double(tasks.domain.upperBound), Double(inputs.count))
    let mean = inputs.reduce(0.0) { $0 + Double($1) } / count
    let square = inputs.reduce(0.0) { $0 + Double($1) * Double($1) } / count
    // Five standard errors of each.
    #expect(abs(mean) < 5 * limit / (3 * count).squareRoot())
    #expect(abs(square - limit * limit / 3) < 5 * limit * limit * (0.089 / count).squareRoot())
  }

  @Test(arguments: families) func targetsLieOnTheTasksCurve(_ tasks: any CurveTasks) {
    let (episode, curve) = (tasks.episode(key(3)), tasks.curve(key(3)))
    for batch in [episode.support, episode.query] {
      #expect(batch.targets.elements == batch.inputs.elements.map { curve($0) })
    }
  }

  @Test(arguments: families) func supportAndQueryShareTheCurveAndNothingElse(
    _ tasks: any CurveTasks
  ) {
    let (episode, other) = (tasks.episode(key(0)), tasks.episode(key(1)))
    let inputs = [episode.support.inputs, episode.query.inputs, other.support.inputs]
    #expect(Set(inputs.flatMap(\.elements)).count == 5 + 7 + 5)
  }

  /// So a task is the same one, met with more or fewer points.
  @Test func moreQueryPointsLeaveTheSupportSetAlone() {
    let (few, many) = (SinusoidTasks(shots: 5, query: 5), SinusoidTasks(shots: 10, query: 40))
    let (a, b) = (few.episode(key(2)), many.episode(key(2)))
    #expect(few.curve(key(2)) == many.curve(key(2)))
    #expect(a.support.inputs.elements == Array(b.support.inputs.elements.prefix(5)))
    #expect(a.query.targets.elements == Array(b.query.targets.elements.prefix(5)))
  }

  @Test(arguments: families + told) func aKeyAlwaysNamesTheSameTask(_ tasks: any CurveTasks) {
    #expect(tasks.episode(key(5)) == tasks.episode(key(5)))
    #expect(tasks.episode(key(5)) != tasks.episode(key(6)))
  }

  @Test(arguments: zip(told, [2, 3, 2])) func theOracleIsToldTheCurveBesideEveryPoint(
    _ tasks: any CurveTasks, columns: Int
  ) {
    let inputs = tasks.episode(key(0)).support.inputs
    #expect(inputs.shape == [5, 1 + columns])
    let rows = (0..<5).map { Array(inputs.elements[($0 * (columns + 1))...].prefix(columns + 1)) }
    #expect(Set(rows.map { Array($0.dropFirst()) }).count == 1)
    #expect(Set(rows.map { $0[0] }).count == 5)
  }

  @Test func theOracleMeetsTheSameTasks() {
    let (plain, oracle) = (
      SinusoidTasks(shots: 5, query: 5), SinusoidTasks(shots: 5, query: 5, told: .curve)
    )
    let (a, b) = (plain.episode(key(0)), oracle.episode(key(0)))
    let curve = plain.curve(key(0))
    #expect(a.support.targets == b.support.targets)
    #expect(
      b.support.inputs.elements
        == a.support.inputs.elements.flatMap { [$0, curve.amplitude, curve.phase] })
  }
}

/// Changed only on purpose: it changes every run.
@Suite struct GoldenTasksTests {
  @Test func theBitsAreThese() {
    let tasks: [any CurveTasks] = [
      SinusoidTasks(shots: 1, query: 1),
      SinusoidTasks(shots: 1, query: 1, frequency: .varying),
      PolynomialTasks(shots: 1, query: 1, order: 2),
    ]
    let bits = tasks.map { family in
      let episode = family.episode(key(0))
      return [episode.support, episode.query].flatMap {
        [$0.inputs.elements[0].bitPattern, $0.targets.elements[0].bitPattern]
      }
    }
    #expect(
      bits == [
        [1_077_633_916, 1_054_830_277, 3_213_830_636, 3_208_546_652],
        [1_077_633_916, 1_056_269_714, 3_213_830_636, 3_208_527_830],
        [1_066_789_168, 3_214_610_668, 3_202_682_848, 3_205_757_651],
      ])
  }
}
