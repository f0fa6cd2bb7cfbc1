public import Coordination
public import Graphs
public import NDArrays

/// How well parameters adapt to tasks that training never saw.
public struct Evaluation: Equatable, Sendable {
  /// A row for each task, in order: the query loss after 0, 1, ... inner steps.
  public let losses: [[Float]]
  /// Likewise the query accuracies, from zero to one; none where targets are no labels.
  public let accuracies: [[Float]]?
  /// Likewise how far each layer moved, relative to the norm of its weights; see
  /// ``Evaluator/stepsOfMoves``.
  public let moves: [[Float]]

  /// What stands in a row for a number that is not finite.
  public static let diverged = Float.greatestFiniteMagnitude

  /// - Parameter measured: the rows of all tasks of the evaluator.
  public init(_ evaluator: Evaluator, _ measured: TaskSum) {
    precondition(
      measured.values.count == evaluator.count * evaluator.width,
      "\(measured.values.count) values are no \(evaluator.count) rows of \(evaluator.width)")
    let rows = (0..<evaluator.count).map { task in
      measured.values[task * evaluator.width..<(task + 1) * evaluator.width].map {
        $0 == Self.diverged ? .infinity : $0
      }
    }
    let steps = evaluator.innerSteps + 1
    losses = rows.map { Array($0.prefix(steps)) }
    accuracies = evaluator.hasAccuracy ? rows.map { Array($0[steps..<2 * steps]) } : nil
    moves = rows.map { Array($0.suffix(evaluator.layers.count)) }
  }

  /// The serial meaning of an evaluation: every task in turn.
  public init(_ evaluator: Evaluator, at parameters: Parameters<NDArray>) {
    let runner = EvaluationRunner(evaluator)
    runner.set(parameters)
    let rows = (0..<evaluator.count).flatMap { task in
      let range = TaskRange(lower: task, upper: task + 1)
      return runner.rows(range, evaluator.episodes(range)).values
    }
    self.init(
      evaluator,
      TaskSum(range: TaskRange(batch: evaluator.count), values: rows, added: 0))
  }
}

// MARK: - Estimates

extension Evaluation {
  /// A mean and half the width of its 95 % confidence interval: 1.96 standard errors, with the
  /// standard deviation of a population, as in the code of MAML's authors.
  public struct Estimate: Equatable, Sendable {
    public var mean: Double
    public var halfWidth: Double

    init(mean: Double, halfWidth: Double) { (self.mean, self.halfWidth) = (mean, halfWidth) }

    public init(_ values: [Double]) {
      let count = Double(values.count)
      mean = values.reduce(0, +) / count
      let mean = mean
      let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / count
      halfWidth = 1.96 * (variance / count).squareRoot()
    }
  }

  /// For each count of inner steps from zero on.
  public var lossEstimates: [Estimate] { Self.estimates(losses) }

  /// Likewise.
  public var accuracyEstimates: [Estimate]? { accuracies.map(Self.estimates) }

  /// For each layer.
  public var moveEstimates: [Estimate] { Self.estimates(moves) }

  private static func estimates(_ rows: [[Float]]) -> [Estimate] {
    (rows.first ?? []).indices.map { step in Estimate(rows.map { Double($0[step]) }) }
  }

  /// How good the parameters are, more being better: the mean accuracy after the last inner step, or
  /// the mean loss turned round.
  public var score: Double {
    accuracyEstimates?.last?.mean ?? -(lossEstimates.last?.mean ?? .infinity)
  }
}
