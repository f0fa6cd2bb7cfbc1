/// How two ways of learning compare, each task being compared with itself.
///
/// Each may have been trained several times, from several seeds: the first of one is then paired with the
/// first of the other, and so on, all on the same tasks.
public struct PairedComparison: Sendable {
  private let base: [Evaluation]
  private let other: [Evaluation]

  /// - Traps: unless both have equally many seeds, one at least, and equally many tasks.
  public init(of other: [Evaluation], with base: [Evaluation]) {
    precondition(!base.isEmpty && base.count == other.count, "seeds are compared in pairs")
    precondition(
      Set((base + other).map(\.losses.count)).count == 1, "tasks are compared with themselves")
    (self.base, self.other) = (base, other)
  }

  /// What the other has more, task by task in the mean over seeds: with an interval over tasks. It tells
  /// what to expect of *these* parameters on further tasks.
  public func overTasks(after steps: Int) -> Evaluation.Estimate {
    Evaluation.Estimate(meansOverSeeds(differences(after: steps)))
  }

  /// The same, seed by seed in the mean over tasks: with an interval over seeds. It tells what to expect of
  /// parameters from *further seeds*. There is none of a single seed.
  public func overSeeds(after steps: Int) -> Evaluation.Estimate? {
    Evaluation.Estimate(ofFew: differences(after: steps).map { Evaluation.Estimate($0).mean })
  }

  /// A row of tasks for each seed.
  private func differences(after steps: Int) -> [[Double]] {
    zip(other, base).map { $0.differences(from: $1, after: steps) }
  }
}

extension Evaluation {
  /// Each task's accuracy, or loss where targets are numbers, after some inner steps.
  public func results(after steps: Int) -> [Double] {
    (accuracies ?? losses).map { Double($0[steps]) }
  }

  /// What each task has more here than in another evaluation on the same tasks.
  public func differences(from other: Evaluation, after steps: Int) -> [Double] {
    zip(results(after: steps), other.results(after: steps)).map { $0 - $1 }
  }
}

extension Evaluation.Estimate {
  /// As ``PairedComparison/overTasks(after:)`` of one way of learning by itself.
  public init(ofSeeds evaluations: [Evaluation], after steps: Int) {
    self.init(meansOverSeeds(evaluations.map { $0.results(after: steps) }))
  }

  /// A mean and its 95 % interval where values are too few to know their deviation well: Student's t with
  /// the standard deviation of a sample; `nil` of fewer than two.
  public init?(ofFew values: [Double]) {
    guard values.count > 1 else { return nil }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / (count - 1)
    self.init(
      mean: mean,
      halfWidth: studentQuantile(freedom: values.count - 1) * (variance / count).squareRoot())
  }
}

/// - Parameter rows: tasks of each seed.
private func meansOverSeeds(_ rows: [[Double]]) -> [Double] {
  (rows.first ?? []).indices.map { task in
    rows.map { $0[task] }.reduce(0, +) / Double(rows.count)
  }
}

/// Where 97.5 % of Student's t lie below: looked up for few degrees of freedom, and else by the series in
/// their reciprocal (Fisher & Cornish 1960), which has four digits by then.
private func studentQuantile(freedom: Int) -> Double {
  let exact = [12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622]
  guard freedom > exact.count else { return exact[freedom - 1] }
  let (normal, share) = (1.959964, 1 / Double(freedom))
  return normal + share * (2.372271 + share * (2.822500 + share * 2.555850))
}
