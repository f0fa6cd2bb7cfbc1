public import Graphs

/// How far outputs are from their targets: one number for a batch.
///
/// A loss is a mean over examples, so that a batch's loss is the mean of its parts' losses, weighted
/// by their counts of examples.
public enum Loss: String, Hashable, Sendable, CaseIterable {
  /// The mean, over all elements of the batch, of the squared difference.
  case meanSquaredError = "mean-squared-error"

  /// - Shapes: outputs and targets alike; the result is a scalar.
  public func callAsFunction(_ outputs: Tensor, _ targets: Tensor) -> Tensor {
    switch self {
    case .meanSquaredError: meanSquaredError(outputs, targets)
    }
  }

  private func meanSquaredError(_ outputs: Tensor, _ targets: Tensor) -> Tensor {
    // Not left to broadcasting: [n, 1] against [n] would quietly mean all pairs.
    precondition(
      outputs.shape == targets.shape, "outputs \(outputs.shape) for targets \(targets.shape)")
    return (outputs - targets).squared.mean
  }
}
