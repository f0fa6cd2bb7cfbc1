import Foundation
public import NDArrays

public protocol TaskDistribution: Sendable {
  var shapes: Episode<Shape> { get }
  func episode(_ key: RandomKey) -> Episode<NDArray>
}
extension Episode where Leaf == NDArray {
  public init(stacking e: [Episode<NDArray>]) {
    func s(_ f: (Episode<NDArray>) -> NDArray) -> NDArray {
      NDArray(e.flatMap { f($0).elements }, shape: Shape([e.count] + f(e[0]).shape.sizes))
    }
    self.init(
      support: Batch(inputs: s { $0.support.inputs }, targets: s { $0.support.targets }),
      query: Batch(inputs: s { $0.query.inputs }, targets: s { $0.query.targets }))
  }
}
public struct SinusoidTasks: TaskDistribution {
  public var shots: Int, query: Int
  public init(shots: Int, query: Int) { (self.shots, self.query) = (shots, query) }
  public var shapes: Episode<Shape> {
    Episode(
      support: Batch(inputs: [shots, 1], targets: [shots, 1]),
      query: Batch(inputs: [query, 1], targets: [query, 1]))
  }
  public func episode(_ key: RandomKey) -> Episode<NDArray> {
    var c = key.child(0).stream; let a = c.uniform(0.1...5), p = c.uniform(0...Float.pi)
    func b(_ k: RandomKey, _ n: Int) -> Batch<NDArray> {
      var s = k.stream; let x = (0..<n).map { _ in s.uniform(-5...5) };
      return Batch(
        inputs: NDArray(x, shape: [n, 1]),
        targets: NDArray(x.map { a * sinf($0 - p) }, shape: [n, 1]))
    }
    return Episode(support: b(key.child(1), shots), query: b(key.child(2), query))
  }
}
