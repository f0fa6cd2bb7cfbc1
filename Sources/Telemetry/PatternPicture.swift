/// How well something does against how long it takes: a point for each way of doing it.
public struct PatternPicture: Equatable, Sendable {
  public var title: String
  /// A sentence below the title.
  public var caption: String
  /// What is measured upwards, such as `accuracy in %`.
  public var measure: String
  public var points: [Point]
  /// The worst that is allowed, drawn as a line.
  public var limit: Double

  public struct Point: Equatable, Sendable {
    public var label: String
    /// In milliseconds.
    public var time: Double
    public var value: Double
    /// Half of the 95 % confidence interval.
    public var halfWidth: Double
    public var kind: Kind

    public init(_ label: String, time: Double, value: Double, halfWidth: Double, kind: Kind) {
      (self.label, self.time, self.value) = (label, time, value)
      (self.halfWidth, self.kind) = (halfWidth, kind)
    }
  }

  public enum Kind: String, Equatable, Sendable {
    case other
    /// Nothing faster does better.
    case front
    /// On the front, and what was chosen.
    case chosen
  }

  public init(title: String, caption: String, measure: String, points: [Point], limit: Double) {
    (self.title, self.caption, self.measure) = (title, caption, measure)
    (self.points, self.limit) = (points, limit)
  }
}
