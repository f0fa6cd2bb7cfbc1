public import Graphs
public import NDArrays

extension Parameters where Leaf == NDArray {
  /// The same arrays in the order of `layout`, whose names and shapes they must have: for arrays
  /// from a file that another program may have written, or another plan.
  public func conforming(
    to layout: Parameters<Shape>
  ) throws(LayoutMismatch) -> Parameters<NDArray> {
    for (name, shape) in zip(layout.names, layout.leaves) {
      guard let found = names.firstIndex(of: name) else { throw .missing(name, expected: shape) }
      guard leaves[found].shape == shape else {
        throw .shape(of: name, found: leaves[found].shape, expected: shape)
      }
    }
    let expected = Set(layout.names)
    if let name = names.first(where: { !expected.contains($0) }) { throw .unexpected(name) }
    return Parameters(layout.names.map { ($0, self[$0]) })
  }
}

/// How arrays differ from what a network and its optimiser have.
public enum LayoutMismatch: Error, Equatable {
  case missing(String, expected: Shape)
  case unexpected(String)
  case shape(of: String, found: Shape, expected: Shape)
}

extension LayoutMismatch: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing(let name, let expected):
      "there is no array \(name), which has the shape \(expected)"
    case .unexpected(let name): "the plan knows no array \(name)"
    case .shape(let name, let found, let expected):
      "the array \(name) has the shape \(found), and the plan gives it \(expected)"
    }
  }
}
