/// Values by key, of which those that were set longest ago are forgotten when they are too many.
///
/// It bounds what peers that take on ever new names can make a process remember.
struct LatestValues<Key: Hashable, Value> {
  private var values: [Key: (value: Value, age: UInt64)] = [:]
  private var clock: UInt64 = 0
  private let most: Int

  init(atMost most: Int) { self.most = most }

  subscript(key: Key) -> Value? {
    get { values[key]?.value }
    set {
      clock += 1
      values[key] = newValue.map { ($0, clock) }
      if values.count > most { forgetHalf() }
    }
  }

  /// No two have the same age, so what is forgotten does not hang on any order but theirs.
  private mutating func forgetHalf() {
    let ages = values.values.map(\.age).sorted()
    let limit = ages[ages.count / 2]
    values = values.filter { $0.value.age >= limit }
  }
}
