import Episodes
public import NDArrays

/// Which classes are for what.
public enum Splitting: Equatable, Sendable {
  /// By name. Classes in no list are left out.
  case lists(SplitLists)
  /// Shuffled: this many for training, then for validation, and the others for testing.
  case counts(train: Int, validation: Int, RandomKey)
  /// Shuffled, then cut in these proportions, to the nearest class.
  case fractions(train: Double, validation: Double, test: Double, RandomKey)
}

extension Splitting {
  /// The classes of each split, by name.
  ///
  /// - Parameter names: all classes, in the order of their names.
  func split(_ names: [String]) throws(ImportError) -> [(name: String, split: Split)] {
    switch self {
    case .lists(let lists): return try lists.split(names)
    case .counts(let train, let validation, let key):
      guard train + validation <= names.count else {
        throw .tooFewClasses(found: names.count, needed: train + validation)
      }
      return Self.cut(names, at: train, train + validation, key)
    case .fractions(let train, let validation, let test, let key):
      let scale = Double(names.count) / (train + validation + test)
      let first = Int((train * scale).rounded())
      let second = Int(((train + validation) * scale).rounded())
      return Self.cut(names, at: first, second, key)
    }
  }

  private static func cut(
    _ names: [String], at first: Int, _ second: Int, _ key: RandomKey
  ) -> [(name: String, split: Split)] {
    var stream = key.stream
    let order = stream.sample(names.count, below: names.count)
    return order.enumerated().map { place, index in
      (names[index], place < first ? .train : place < second ? .validation : .test)
    }
  }
}
