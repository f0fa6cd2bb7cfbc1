import Execution
import Testing

@Suite struct NearCacheTests {
  static let floats = 4 * NearCache.capacity

  @Test func whatWasJustTouchedIsNear() {
    var cache = NearCache(floats: Self.floats)
    #expect(cache.touch(100..<5000) == [100..<5000])
    #expect(cache.touch(100..<5000) == [])
    #expect(cache.touch(2000..<7000) == [5 * NearCache.page..<7000])
  }

  @Test func whatDoesNotFitBesideOthersIsGone() {
    let half = NearCache.capacity / 2
    var cache = NearCache(floats: Self.floats)
    for start in [0, half] { _ = cache.touch(start..<start + half) }
    #expect(cache.touch(0..<half) == [])
    // As much as there is room for was brought in since the second half was touched, not since the first.
    _ = cache.touch(2 * half..<3 * half)
    #expect(cache.touch(0..<half) == [])
    _ = cache.touch(3 * half..<4 * half)
    #expect(cache.touch(half..<2 * half) == [half..<2 * half])
  }
}

@Suite struct FetchPlanTests {
  /// An arena that no cache holds.
  static let floats = 1 << 24
  static let page = NearCache.page
  static let long = 100_000_000

  private func plan(
    _ calls: [(places: [Range<Int>], multiplyAdds: Int)], floats: Int = FetchPlanTests.floats
  ) -> [[Range<Int>]] {
    FetchPlan(
      calls.map { Footprint(places: $0.places, multiplyAdds: $0.multiplyAdds) }, floats: floats
    ).ahead
  }

  /// And before that what it reads itself.
  @Test func aLongCallFetchesWhatThoseAfterItNeedInOrder() {
    let calls = [
      ([0..<4 * Self.page], Self.long), ([40 * Self.page..<44 * Self.page, 0..<4 * Self.page], 0),
      ([20 * Self.page..<22 * Self.page], 0), ([40 * Self.page..<48 * Self.page], Self.long),
    ]
    #expect(
      plan(calls) == [
        [
          0..<4 * Self.page, 40 * Self.page..<44 * Self.page, 20 * Self.page..<22 * Self.page,
          44 * Self.page..<48 * Self.page,
        ], [], [], [],
      ])
  }

  @Test func noMoreIsFetchedThanThereIsTimeFor() {
    let calls = [
      ([0..<Self.page], 48 * 5000), ([0..<Self.page], 48 * 50_000), ([0..<Self.page], 48 * 45_000),
      ([Self.page..<200 * Self.page], 0),
    ]
    let end = Self.page + 95_000
    // The first is too short; the last fetches first, and the one before it what is left.
    #expect(
      plan(calls) == [
        [], [Self.page + 45_000..<end], [Self.page..<Self.page + 45_000], [],
      ])
  }

  /// Of what it reads itself, a long call fetches what those before have no time for.
  @Test func aLongCallFetchesForItselfWhatIsTooMuchForOthers() {
    let calls = [
      ([0..<Self.page], 48 * 50_000), ([Self.page..<Self.page + 60_000], 48 * 50_000),
    ]
    #expect(
      plan(calls) == [
        [0..<Self.page, Self.page..<50_000], [50_000..<Self.page + 60_000],
      ])
  }

  @Test func whatTheLastCacheHoldsIsNotFetched() {
    let calls = [([0..<Self.page], Self.long), ([8 * Self.page..<16 * Self.page], 0)]
    #expect(plan(calls)[0].count == 2)
    #expect(plan(calls, floats: 1 << 20) == [[], []])
  }
}
