/// How predictions bend towards a few points: small multiples of curves, one panel a task.
public struct AdaptationPicture: Equatable, Sendable {
  public var title: String
  /// A sentence below the title.
  public var caption: String
  public var panels: [Panel]

  /// One task.
  public struct Panel: Equatable, Sendable {
    public var title: String
    /// A few words at the right of the title, such as losses.
    public var note: String
    /// The curve to be found, in ascending order of `x`.
    public var truth: [Point]
    /// What the learner was shown of it.
    public var support: [Point]
    /// What it made of that, in ascending order of inner steps; the first is from before.
    public var predictions: [Curve]

    public init(
      title: String, note: String, truth: [Point], support: [Point], predictions: [Curve]
    ) {
      (self.title, self.note) = (title, note)
      (self.truth, self.support, self.predictions) = (truth, support, predictions)
    }
  }

  public struct Curve: Equatable, Sendable {
    /// Curves of one label look alike in all panels and share a line of the legend.
    public var label: String
    public var points: [Point]
    public init(_ label: String, _ points: [Point]) { (self.label, self.points) = (label, points) }
  }

  public struct Point: Equatable, Sendable {
    public var x: Double
    public var y: Double
    public init(x: Double, y: Double) { (self.x, self.y) = (x, y) }
  }

  public init(title: String, caption: String, panels: [Panel]) {
    precondition(!panels.isEmpty, "a picture has a panel")
    (self.title, self.caption, self.panels) = (title, caption, panels)
  }
}
