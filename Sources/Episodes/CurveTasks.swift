public import NDArrays

/// A function of one number: the truth behind a task of regression.
public protocol Curve: Sendable {
  func callAsFunction(_ x: Float) -> Float
}

/// What a network sees of a task besides where it is asked.
public enum Told: String, Hashable, Sendable, CaseIterable {
  case nothing
  /// The numbers that describe the curve stand beside every `x`: the oracle that adaptation is measured
  /// against.
  case curve
}

/// Few-shot regression: points of a curve are shown, others are asked for.
///
/// - Shapes: inputs `[n, 1]`, or `[n, 1 + count]` when `count` numbers are told; targets `[n, 1]`.
public protocol CurveTasks: TaskDistribution {
  associatedtype Truth: Curve

  /// Points in a support set.
  var shots: Int { get }
  /// Points in a query set.
  var query: Int { get }
  var told: Told { get }
  /// Where the inputs of both sets lie, uniformly.
  var domain: ClosedRange<Float> { get }
  /// How many numbers tell a curve from the others of its family.
  var descriptionCount: Int { get }

  /// Draws a curve.
  func truth(_ stream: inout RandomStream) -> Truth

  /// The numbers that tell a curve from the others.
  func description(of truth: Truth) -> [Float]
}

extension CurveTasks {
  public var shapes: Episode<Shape> {
    let width = told == .nothing ? 1 : 1 + descriptionCount
    func batch(_ count: Int) -> Batch<Shape> {
      Batch(inputs: [count, width], targets: [count, 1])
    }
    return Episode(support: batch(shots), query: batch(query))
  }

  public func episode(_ key: RandomKey) -> Episode<NDArray> {
    Episode(
      support: points(at: inputs(shots, key.child(1)), ofTask: key),
      query: points(at: inputs(query, key.child(2)), ofTask: key))
  }

  /// The curve of the task that `key` names.
  public func curve(_ key: RandomKey) -> Truth {
    var stream = key.child(0).stream
    return truth(&stream)
  }

  /// The named task's curve at any points, as a network is shown them. It is what pictures are drawn
  /// from.
  public func points(at x: [Float], ofTask key: RandomKey) -> Batch<NDArray> {
    let curve = curve(key)
    let beside = told == .nothing ? [] : description(of: curve)
    return Batch(
      inputs: NDArray(x.flatMap { [$0] + beside }, shape: [x.count, 1 + beside.count]),
      targets: NDArray(x.map { curve($0) }, shape: [x.count, 1]))
  }

  private func inputs(_ count: Int, _ key: RandomKey) -> [Float] {
    var stream = key.stream
    return (0..<count).map { _ in stream.uniform(domain) }
  }
}
