/// Which pages of an arena stand in a near cache, as far as can be known before a run: those that were
/// touched since no more was brought in than the cache holds.
package struct NearCache {
  /// In floats: 4 KB.
  package static let page = 1 << 10
  /// Three quarters of a megabyte, what a second-level cache of 1 MB has besides what is read in passing.
  private static let pages = 190
  /// In floats.
  package static let capacity = pages * page

  /// How many pages were ever brought in.
  private var broughtIn = Self.pages
  /// What that was when each page was touched last.
  private var lastTouched: [Int]

  /// Of an arena of so many floats, nothing of which is near.
  package init(floats: Int) { lastTouched = [Int](repeating: 0, count: floats / Self.page + 1) }

  /// Touches all of a range; answers which parts of it were not near.
  package mutating func touch(_ range: Range<Int>) -> [Range<Int>] {
    var missing: [Range<Int>] = []
    for page in range.lowerBound / Self.page...(range.upperBound - 1) / Self.page {
      if broughtIn - lastTouched[page] >= Self.pages {
        broughtIn += 1
        let part = range.clamped(to: page * Self.page..<(page + 1) * Self.page)
        if missing.last?.upperBound == part.lowerBound {
          missing[missing.count - 1] = missing[missing.count - 1].lowerBound..<part.upperBound
        } else {
          missing.append(part)
        }
      }
      lastTouched[page] = broughtIn
    }
    return missing
  }
}
