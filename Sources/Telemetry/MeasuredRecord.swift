/// What a validation or an evaluation found, after the last inner step.
public struct MeasuredRecord: Equatable, Sendable {
  public enum Purpose: String, Sendable { case validation, evaluation }

  public var purpose: Purpose
  /// How many outer updates had been made.
  public var step: Int
  /// The mean query loss after adaptation.
  public var loss: Double
  /// The mean query accuracy after adaptation, and half the width of its 95 % confidence interval;
  /// `nil` where targets are no labels.
  public var accuracy: (mean: Double, halfWidth: Double)?
  /// The step whose parameters are the best so far.
  public var bestStep: Int?

  public init(
    _ purpose: Purpose, step: Int, loss: Double, accuracy: (mean: Double, halfWidth: Double)?,
    bestStep: Int?
  ) {
    (self.purpose, self.step, self.loss) = (purpose, step, loss)
    (self.accuracy, self.bestStep) = (accuracy, bestStep)
  }

  public static func == (one: MeasuredRecord, other: MeasuredRecord) -> Bool {
    one.line == other.line
  }
}

extension MeasuredRecord: MetricsLine {
  public var line: String {
    var members = [("step", "\(step)"), ("\(purpose.rawValue)_loss", number(loss))]
    if let accuracy {
      members += [
        ("\(purpose.rawValue)_accuracy", number(accuracy.mean)),
        ("\(purpose.rawValue)_ci95", number(accuracy.halfWidth)),
      ]
    }
    if let bestStep { members.append(("best_step", "\(bestStep)")) }
    return jsonLine(members)
  }

  public var scalars: [EventRecord.Scalar] {
    let name = purpose.rawValue
    return [.init("\(name)/loss", Float(loss))]
      + (accuracy.map {
        [
          .init("\(name)/accuracy", Float($0.mean)), .init("\(name)/ci95", Float($0.halfWidth)),
        ]
      } ?? [])
  }
}
