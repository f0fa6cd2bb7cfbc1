public import Graphs

/// The learning rate as a function of the step, counted from zero.
public enum Schedule: Hashable, Sendable {
  case constant(Float)
  /// A straight line from one rate at step zero to another after `steps`, which then stays.
  case linear(from: Float, to: Float, steps: Int)
  /// Half a wave of a cosine between the same points: slow at both ends.
  case cosine(from: Float, to: Float, steps: Int)
  /// Multiplied by `factor` from each of the steps `at` on. They ascend, and are exact below `2^23`.
  case stepwise(from: Float, factor: Float, at: [Int])

  /// The rate at `step`, both of them scalars.
  public func callAsFunction(_ step: Tensor) -> Tensor {
    switch self {
    case .constant(let rate): step.filled(with: rate)
    case .linear(let from, let to, let steps):
      from + (to - from) * progress(step, of: steps)
    case .cosine(let from, let to, let steps):
      to + 0.5 * (from - to) * (1 + (Float.pi * progress(step, of: steps)).cos)
    case .stepwise(let from, let factor, let changes):
      plateaus(step, from: from, factor: factor, at: changes)
    }
  }

  /// How much of `steps` has passed, from zero to one.
  private func progress(_ step: Tensor, of steps: Int) -> Tensor {
    precondition(steps > 0, "a schedule takes at least one step, not \(steps)")
    return Tensor.minimum(step.filled(with: 1), step / step.filled(with: Float(steps)))
  }

  /// Each plateau's rate where it holds and zero elsewhere, added up: exact, since at any step all
  /// but one are zero.
  private func plateaus(
    _ step: Tensor, from rate: Float, factor: Float, at changes: [Int]
  ) -> Tensor {
    precondition(zip(changes, changes.dropFirst()).allSatisfy(<), "\(changes) does not ascend")
    var (rate, total) = (rate, step.filled(with: 0))
    for (start, end) in zip([0] + changes, changes + [Int.max]) {
      let hasBegun = step.filled(with: rate).gated(by: step - (Float(start) - 0.5))
      total = total + hasBegun.gated(by: Float(end) - 0.5 - step)
      rate *= factor
    }
    return total
  }
}
