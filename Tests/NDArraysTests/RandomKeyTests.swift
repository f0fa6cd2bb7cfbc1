import Foundation
import NDArrays
import Testing

@Suite struct RandomKeyTests {
  private let key = RandomKey(seed: 7)

  private func draws<T>(_ count: Int, _ draw: (inout RandomStream) -> T) -> [T] {
    var stream = key.stream
    return (0..<count).map { _ in draw(&stream) }
  }

  private func first(_ key: RandomKey) -> UInt64 {
    var stream = key.stream
    return stream.next()
  }

  @Test func aPathAlwaysLeadsToTheSameNumbers() {
    var (first, again) = (key.child(3).child(1).stream, RandomKey(seed: 7).child(3).child(1).stream)
    #expect((0..<9).map { _ in first.next() } == (0..<9).map { _ in again.next() })
  }

  @Test func pathsDoNotMeet() {
    var keys: Set = [key]
    for index in 0..<1000 as Range<UInt64> {
      keys.insert(RandomKey(seed: 1000 + index))
      keys.insert(key.child(index))
      keys.insert(key.child(index).child(0))
      keys.insert(key.child(0).child(index + 1))
    }
    #expect(keys.count == 4001)
    #expect(Set(keys.map(first)).count == 4001)
  }

  /// Changed only on purpose: it changes every run.
  @Test func theBitsAreThese() {
    #expect(
      draws(3) { $0.next() } == [
        9_379_108_587_703_146_722, 3_591_075_753_665_048_420, 13_124_300_402_856_338_059,
      ])
    #expect(draws(3) { $0.normal().bitPattern } == [1_025_439_045, 1_067_787_803, 3_219_090_255])
  }

  @Test func uniformDrawsFillTheirRange() {
    let values = draws(10_000) { $0.uniform(-5...5) }
    #expect(values.allSatisfy { (-5...5).contains($0) })
    expectMoments(values, mean: 0, variance: 100 / 12, fourth: 125)
  }

  @Test func normalDrawsHaveTheirMoments() {
    expectMoments(draws(10_000) { $0.normal() }, mean: 0, variance: 1, fourth: 3)
  }

  @Test func truncatedDrawsStayWithinTwoDeviations() {
    let values = draws(10_000) { $0.truncatedNormal(deviation: 0.5) }
    #expect(values.allSatisfy { abs($0) <= 1 })
    expectMoments(values, mean: 0, variance: 0.25 * 0.773_741_9, fourth: 0.0625 * 1.415_9)
  }

  /// Against the normal distribution function, at seven places.
  @Test func normalDrawsHaveTheirDistribution() {
    let values = draws(10_000) { Double($0.normal()) }
    for edge in [-2.5, -1.5, -0.5, 0, 0.5, 1.5, 2.5] {
      let below = Double(values.count { $0 < edge }) / 10_000
      #expect(abs(below - 0.5 * erfc(-edge / 2.0.squareRoot())) < 0.02)
    }
  }

  @Test func aRangeOfOneNumberGivesThatNumber() {
    #expect(draws(5) { $0.uniform(0.1...0.1) } == [0.1, 0.1, 0.1, 0.1, 0.1])
  }

  private func expectMoments(
    _ values: [Float], mean: Double, variance: Double, fourth: Double,
    at location: SourceLocation = #_sourceLocation
  ) {
    let (x, count) = (values.map(Double.init), Double(values.count))
    let second = x.reduce(0) { $0 + $1 * $1 } / count
    // Five standard errors of each.
    #expect(
      abs(x.reduce(0, +) / count - mean) < 5 * (variance / count).squareRoot(),
      sourceLocation: location)
    #expect(
      abs(second - variance) < 5 * ((fourth - variance * variance) / count).squareRoot(),
      sourceLocation: location)
  }
}
