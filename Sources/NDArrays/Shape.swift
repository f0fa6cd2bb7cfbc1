/// The extent of an array along each axis; `[]` is a scalar.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  public var sizes: [Int]

  public init(_ sizes: [Int]) {
    precondition(sizes.allSatisfy { $0 >= 0 }, "a size is never negative, as in \(sizes)")
    self.sizes = sizes
  }

  public init(arrayLiteral sizes: Int...) { self.init(sizes) }

  public var rank: Int { sizes.count }
  /// How many elements an array of this shape has.
  public var count: Int { sizes.reduce(1, *) }
  /// The same of sizes that nobody has checked: the largest integer, if there are more than that.
  public var clampedCount: Int {
    sizes.reduce(1) { count, size in
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: size)
      return isTooLarge ? .max : product
    }
  }
  public subscript(axis: Int) -> Int { sizes[axis] }
  public var description: String { "[\(sizes.map(String.init).joined(separator: ", "))]" }
}
