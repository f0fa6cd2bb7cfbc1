/// Named leaves in declaration order.
///
/// A leaf is a shape in a layout, a tensor while a program is traced, and numbers when it runs. The
/// order is that of the wire and of checkpoints, and nothing else decides it.
public struct Parameters<Leaf> {
  public private(set) var names: [String]
  public private(set) var leaves: [Leaf]

  public init(_ pairs: [(String, Leaf)]) {
    (names, leaves) = (pairs.map(\.0), pairs.map(\.1))
    precondition(Set(names).count == names.count, "a parameter is named once, as in \(names)")
  }

  public init(names: [String], leaves: [Leaf]) {
    self.init(Array(zip(names, leaves)))
    precondition(names.count == leaves.count, "each parameter has a name and a leaf")
  }

  public var count: Int { names.count }

  public subscript(name: String) -> Leaf {
    guard let index = names.firstIndex(of: name) else {
      preconditionFailure("there is no parameter \(name) among \(names)")
    }
    return leaves[index]
  }

  public func map<T>(_ transform: (Leaf) throws -> T) rethrows -> Parameters<T> {
    Parameters<T>(Array(zip(names, try leaves.map(transform))))
  }

  public func paired<Other, T>(
    with other: Parameters<Other>, _ combine: (Leaf, Other) -> T
  ) -> Parameters<T> {
    precondition(names == other.names, "\(names) do not pair with \(other.names)")
    return Parameters<T>(Array(zip(names, zip(leaves, other.leaves).map(combine))))
  }

  public func merging(_ other: Parameters) -> Parameters {
    Parameters(Array(zip(names + other.names, leaves + other.leaves)))
  }

  /// The leaves whose names `isIncluded` accepts.
  public func filter(_ isIncluded: (String) -> Bool) -> Parameters {
    Parameters(zip(names, leaves).filter { isIncluded($0.0) })
  }

  /// The leaves whose names start with `prefix` and a dot, named by the rest.
  public func group(_ prefix: String) -> Parameters {
    let start = prefix + "."
    return Parameters(
      zip(names, leaves).filter { $0.0.hasPrefix(start) }
        .map { (String($0.0.dropFirst(start.count)), $0.1) })
  }

  /// The same leaves with `prefix` and a dot before each name; undone by ``group(_:)``.
  public func grouped(under prefix: String) -> Parameters {
    Parameters(names: names.map { "\(prefix).\($0)" }, leaves: leaves)
  }

  /// The same layout with the leaves of `others` in place of their namesakes.
  public func replacing(with others: Parameters) -> Parameters {
    Parameters(zip(names, leaves).map { ($0, others.names.contains($0) ? others[$0] : $1) })
  }
}

extension Parameters: Sendable where Leaf: Sendable {}
extension Parameters: Equatable where Leaf: Equatable {}

extension Parameters where Leaf == Tensor {
  public var stopped: Parameters { map(\.stopped) }
  public static func + (a: Parameters, b: Parameters) -> Parameters { a.paired(with: b, +) }
  public static func - (a: Parameters, b: Parameters) -> Parameters { a.paired(with: b, -) }
  public static func * (a: Parameters, b: Parameters) -> Parameters { a.paired(with: b, *) }
  public static func * (a: Float, b: Parameters) -> Parameters { b.map { a * $0 } }
  public static func * (a: Tensor, b: Parameters) -> Parameters { b.map { a * $0 } }
}

/// The derivative of a scalar with respect to every leaf of `parameters`.
public func gradient(of loss: Tensor, at parameters: Parameters<Tensor>) -> Parameters<Tensor> {
  Parameters(names: parameters.names, leaves: gradient(of: loss, at: parameters.leaves))
}
