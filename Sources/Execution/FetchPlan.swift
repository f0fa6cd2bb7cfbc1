internal import CKernels

/// What of an arena a call reads and writes, and how long it computes.
package struct Footprint {
  /// In floats, in the order of operands; the result last.
  package var places: [Range<Int>]
  package var multiplyAdds: Int

  package init(places: [Range<Int>], multiplyAdds: Int) {
    (self.places, self.multiplyAdds) = (places, multiplyAdds)
  }
}

/// What convolutions fetch for the calls after them.
///
/// A convolution computes for long on what is in the near caches, while memory is idle; what comes between
/// convolutions computes little and waits for memory. So each convolution asks for what the next calls
/// will read and write and what is no longer near. No result depends on it.
package struct FetchPlan {
  /// What each call fetches, in the order in which it is needed.
  package private(set) var ahead: [[Range<Int>]]
  /// How many floats each may fetch besides.
  private var left: [Int]
  /// The latest calls that compute for long.
  private var fetching: [Int] = []

  /// Multiply-adds from which on a call computes for long, and for each float that it fetches.
  private static let long = 2_000_000
  private static let perFloat = 48
  /// Floats that a call fetches at most: more would not be near still when they are needed.
  private static let most = NearCache.capacity
  /// How many calls share in fetching for those after them.
  private static let sharing = 2
  /// A smaller arena is in the processor's last cache, from which what is next comes soon enough.
  private static let leastArena = 1 << 22
  /// Smaller values are fetched soon enough when they are read.
  private static let smallest = NearCache.page

  /// For calls in their order, in an arena of so many floats.
  package init(_ footprints: [Footprint], floats: Int) {
    ahead = footprints.map { _ in [] }
    left = footprints.map { min($0.multiplyAdds / Self.perFloat, Self.most) }
    if floats < Self.leastArena { return }
    var cache = NearCache(floats: floats)
    for (index, footprint) in footprints.enumerated() {
      for place in footprint.places where place.count >= Self.smallest {
        for part in cache.touch(place) {
          let rest = fetched(part)
          if footprint.multiplyAdds >= Self.long { take(rest, by: index) }
        }
      }
      if footprint.multiplyAdds >= Self.long {
        fetching = fetching.suffix(Self.sharing - 1) + [index]
      }
    }
  }

  /// By the latest call, and what is too much for it by the one before; answers what is too much for both.
  private mutating func fetched(_ part: Range<Int>) -> Range<Int> {
    fetching.reversed().reduce(part) { take($0, by: $1) }
  }

  /// As much as a call has time for; answers what is left.
  @discardableResult private mutating func take(_ part: Range<Int>, by call: Int) -> Range<Int> {
    let taken = part.prefix(ahead[call].count < OL_MAX_AHEAD ? left[call] : 0)
    if taken.isEmpty { return part }
    left[call] -= taken.count
    ahead[call].append(taken)
    return taken.upperBound..<part.upperBound
  }
}
