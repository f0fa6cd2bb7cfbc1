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
  public subscript(axis: Int) -> Int { sizes[axis] }
  public var description: String { "[\(sizes.map(String.init).joined(separator: ", "))]" }
}
