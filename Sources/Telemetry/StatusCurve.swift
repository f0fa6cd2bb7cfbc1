/// A curve that stays small however long it gets: what is too dense for a picture is averaged.
public struct StatusCurve: Codable, Equatable, Sendable {
  public private(set) var x: [Double] = []
  public private(set) var y: [Double] = []
  /// How much weight makes a point.
  private var stride = 1.0
  private var gathered = Gathered()

  /// Who reads a curve adds nothing to it.
  private enum CodingKeys: CodingKey { case x, y }

  /// What is on its way to become a point.
  private struct Gathered: Equatable, Sendable {
    var weight = 0.0
    var sum = 0.0
  }

  private static let most = 400

  public init() {}

  public var isEmpty: Bool { x.isEmpty }

  /// - Parameters:
  ///   - x: no less than any before.
  ///   - value: left out if it is not finite.
  ///   - weight: of how many values it is the mean, at least one.
  public mutating func append(_ x: Double, _ value: Double, weight: Double = 1) {
    guard x.isFinite, value.isFinite else { return }
    stride = max(stride, weight)
    gathered.weight += weight
    gathered.sum += weight * value
    guard gathered.weight >= stride else { return }
    self.x.append(x)
    y.append(gathered.sum / gathered.weight)
    gathered = Gathered()
    if y.count >= Self.most { halve() }
  }

  /// Each point becomes one with its neighbour, which came later.
  private mutating func halve() {
    let pairs = Swift.stride(from: 0, to: y.count - 1, by: 2)
    x = pairs.map { x[$0 + 1] }
    y = pairs.map { (y[$0] + y[$0 + 1]) / 2 }
    stride *= 2
  }
}
