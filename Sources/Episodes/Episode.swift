/// Inputs and what a network should answer to them.
///
/// A leaf is a shape, a tensor while a program is traced, or numbers; the first axis counts examples.
public struct Batch<Leaf> {
  public var inputs: Leaf
  public var targets: Leaf

  public init(inputs: Leaf, targets: Leaf) { (self.inputs, self.targets) = (inputs, targets) }

  public func map<T>(_ transform: (Leaf) throws -> T) rethrows -> Batch<T> {
    Batch<T>(inputs: try transform(inputs), targets: try transform(targets))
  }
}

/// The data of one task: a support set to adapt on, a query set to be judged on.
public struct Episode<Leaf> {
  public var support: Batch<Leaf>
  public var query: Batch<Leaf>

  public init(support: Batch<Leaf>, query: Batch<Leaf>) {
    (self.support, self.query) = (support, query)
  }

  public func map<T>(_ transform: (Leaf) throws -> T) rethrows -> Episode<T> {
    Episode<T>(support: try support.map(transform), query: try query.map(transform))
  }
}

extension Batch: Sendable where Leaf: Sendable {}
extension Batch: Equatable where Leaf: Equatable {}
extension Episode: Sendable where Leaf: Sendable {}
extension Episode: Equatable where Leaf: Equatable {}
