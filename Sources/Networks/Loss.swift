public import Graphs
import NDArrays

/// How far outputs are from their targets: one number for a batch.
///
/// A loss is a mean over examples, so that a batch's loss is the mean of its parts' losses, weighted
/// by their counts of examples.
public enum Loss: String, Hashable, Sendable, CaseIterable {
  /// The mean, over all elements of the batch, of the squared difference.
  case meanSquaredError = "mean-squared-error"
  /// The mean, over examples, of minus the logarithm of the probability that a softmax of the outputs
  /// gives the right class.
  case crossEntropy = "cross-entropy"

  /// What a network is to answer with.
  public enum Targets: Hashable, Sendable { case numbers, labels }

  public var targets: Targets {
    switch self {
    case .meanSquaredError: .numbers
    case .crossEntropy: .labels
    }
  }

  /// - Shapes: outputs and targets alike; the result is a scalar. For classes, outputs are a score for
  ///   each, `[n, classes]`, and targets are labels, `[n]`: whole numbers from zero on.
  public func callAsFunction(_ outputs: Tensor, _ targets: Tensor) -> Tensor {
    switch self {
    case .meanSquaredError: meanSquaredError(outputs, targets)
    case .crossEntropy: crossEntropy(outputs, labels: targets)
    }
  }

  private func meanSquaredError(_ outputs: Tensor, _ targets: Tensor) -> Tensor {
    // Not left to broadcasting: [n, 1] against [n] would quietly mean all pairs.
    precondition(
      outputs.shape == targets.shape, "outputs \(outputs.shape) for targets \(targets.shape)")
    return (outputs - targets).squared.mean
  }

  private func crossEntropy(_ scores: Tensor, labels: Tensor) -> Tensor {
    precondition(
      labels.shape == [scores.shape[0]], "scores \(scores.shape) for labels \(labels.shape)")
    let rows: Shape = [scores.shape[0], 1]
    // Softmax is the same wherever scores start. The largest at zero lets no exponential overflow,
    // and no derivative needs to know.
    let shifted = scores - scores.rowMaximum.stopped
    let wanted = (labels.oneHot(classes: scores.shape[1]) * shifted).sum(to: rows)
    return (shifted.exp.sum(to: rows).log - wanted).mean
  }
}

/// The share of examples whose largest score is the right class's; of equal scores the first counts.
///
/// - Shapes: as for ``Loss/crossEntropy``; the result is a scalar.
public func accuracy(_ scores: Tensor, labels: Tensor) -> Tensor {
  scores.rowPick(labels.oneHot(classes: scores.shape[1])).mean
}
