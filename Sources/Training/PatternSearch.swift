/// How candidates for a Lambda pattern compare with the full one: how well they adapt, each task being
/// compared with itself, and how long adaptation takes.
public struct PatternSearch: Sendable {
  /// What was measured of a pattern.
  public struct Measured: Sendable {
    public let pattern: LambdaPattern
    public let evaluation: Evaluation
    /// Seconds, of adaptation to one task on one core.
    public let seconds: Double

    public init(_ pattern: LambdaPattern, _ evaluation: Evaluation, seconds: Double) {
      (self.pattern, self.evaluation, self.seconds) = (pattern, evaluation, seconds)
    }
  }

  /// The first is the full pattern.
  public let measured: [Measured]
  /// How much worse a pattern may do: in accuracy, from zero to one, or in loss where targets are numbers.
  public let allowedLoss: Double

  /// - Traps: without a pattern.
  public init(_ measured: [Measured], allowedLoss: Double) {
    precondition(!measured.isEmpty, "the full pattern is measured, whatever else is")
    (self.measured, self.allowedLoss) = (measured, allowedLoss)
  }

  /// Whether more is better.
  public var areAccuracies: Bool { measured[0].evaluation.accuracies != nil }

  /// Accuracies, or losses, after some inner steps.
  public func estimate(_ index: Int, after steps: Int) -> Evaluation.Estimate {
    Evaluation.Estimate(measured[index].evaluation.results(after: steps))
  }

  /// What a pattern has more than the full one has, task by task.
  public func difference(_ index: Int, after steps: Int) -> Evaluation.Estimate {
    PairedComparison(of: [measured[index].evaluation], with: [measured[0].evaluation])
      .overTasks(after: steps)
  }

  /// How much worse a pattern does than the full one after all steps; infinite if it diverges.
  public func loss(_ index: Int) -> Double {
    let more = difference(index, after: steps).mean
    guard more.isFinite else { return .infinity }
    return areAccuracies ? -more : more
  }

  public var steps: Int { measured[0].pattern.rows.count }

  /// The fastest pattern that does not lose more than is allowed. Times that differ by less than two in a
  /// hundred are equal; then what does better wins.
  public var chosen: Int {
    let allowed = measured.indices.filter { loss($0) <= allowedLoss }
    let least = allowed.map { measured[$0].seconds }.min() ?? 0
    return allowed.filter { measured[$0].seconds <= 1.02 * least }.min { loss($0) < loss($1) } ?? 0
  }

  /// The patterns that nothing faster does better than, from the fastest on.
  public var front: [Int] {
    var best = Double.infinity
    return measured.indices.sorted { measured[$0].seconds < measured[$1].seconds }.filter { index in
      defer { best = min(best, loss(index)) }
      return loss(index) < best
    }
  }
}
