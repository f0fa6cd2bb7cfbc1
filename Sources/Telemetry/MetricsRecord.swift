/// A line of a run's metrics.
public protocol MetricsLine: Sendable {
  /// JSON without a line break, always with the same keys in the same order.
  var line: String { get }
  /// How many outer updates had been made.
  var step: Int { get }
  /// What of it can be drawn, under names that stay the same.
  var scalars: [EventRecord.Scalar] { get }
}

/// A number that a method is watched by.
public struct MetricsFigure: Equatable, Sendable {
  public var key: String
  public var value: Double

  public init(_ key: String, _ value: Double) { (self.key, self.value) = (key, value) }
}

/// A task that was left out of its step's mean.
public struct SkippedTask: Equatable, Sendable {
  /// How many outer updates had been made before its step.
  public var step: Int
  public var task: Int

  public init(step: Int, task: Int) { (self.step, self.task) = (step, task) }
}

/// What is recorded of the steps since the last record.
public struct MetricsRecord: MetricsLine, Equatable, Sendable {
  /// How many outer updates had been made.
  public var step: Int
  /// The mean support loss before adaptation, over all tasks since the last record.
  public var lossBefore: Float
  /// The mean query loss after adaptation, over the same tasks.
  public var lossAfter: Float
  public var tasksPerSecond: Double
  /// The part of their time for which the workers' threads computed; the rest went to messages, to waiting
  /// for each other, and to the outer updates.
  public var computing: Double
  /// Since this coordinator began.
  public var seconds: Double
  public var workers: Int
  /// Messages and connections of peers that were refused since this coordinator began.
  public var refused: Int
  /// What was left out since the last record; `nil` where nothing may be.
  public var skipped: [SkippedTask]?
  /// What else the method is watched by.
  public var figures: [MetricsFigure]

  public init(
    step: Int, lossBefore: Float, lossAfter: Float, tasksPerSecond: Double,
    computing: Double, seconds: Double, workers: Int, refused: Int, skipped: [SkippedTask]? = nil,
    figures: [MetricsFigure] = []
  ) {
    (self.step, self.lossBefore, self.lossAfter) = (step, lossBefore, lossAfter)
    (self.tasksPerSecond, self.computing) = (tasksPerSecond, computing)
    (self.seconds, self.workers) = (seconds, workers)
    (self.refused, self.skipped, self.figures) = (refused, skipped, figures)
  }

  /// JSON without a line break, always with the same keys in the same order.
  ///
  /// Losses have all their digits. JSON knows no infinity and no NaN; those are `null`.
  public var line: String {
    let members = [
      ("step", "\(step)"), ("loss_before", number(lossBefore)), ("loss_after", number(lossAfter)),
      ("tasks_per_second", number(rounded(tasksPerSecond, places: 1))),
      ("computing", number(rounded(computing, places: 3))),
      ("seconds", number(rounded(seconds, places: 3))), ("workers", "\(workers)"),
      ("refused", "\(refused)"),
    ]
    let left = skipped.map { [("skipped", "[\($0.map(\.json).joined(separator: ","))]")] } ?? []
    return jsonLine(members + left + figures.map { ($0.key, number($0.value)) })
  }

  public var scalars: [EventRecord.Scalar] {
    [
      .init("train/loss_before", lossBefore), .init("train/loss_after", lossAfter),
      .init("cluster/tasks_per_second", Float(tasksPerSecond)),
      .init("cluster/computing", Float(computing)),
      .init("cluster/workers", Float(workers)), .init("cluster/refused", Float(refused)),
    ] + figures.map { .init("learner/\($0.key)", Float($0.value)) }
  }
}

extension SkippedTask {
  fileprivate var json: String { jsonLine([("step", "\(step)"), ("task", "\(task)")]) }
}

/// Members whose values are JSON already, without any space.
func jsonLine(_ members: [(key: String, value: String)]) -> String {
  "{\(members.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ","))}"
}

/// The same with spaces, for people.
func jsonObject(_ members: [(key: String, value: String)]) -> String {
  "{\(members.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", "))}"
}

private func rounded(_ value: Double, places: Int) -> Double {
  let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
  return (value * scale).rounded() / scale
}
