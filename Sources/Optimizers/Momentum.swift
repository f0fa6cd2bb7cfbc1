public import Graphs
public import NDArrays

/// Gradient descent with a velocity, `v ← momentum v + g`.
///
/// The rate multiplies the velocity when it is used, not when it is gathered, so that a change of
/// rate takes effect at once. State: `momentum.velocity.<name>`.
public struct Momentum: OuterOptimizer, Hashable {
  public enum Form: String, Hashable, Sendable, CaseIterable {
    /// `θ ← θ - rate v`.
    case classical
    /// `θ ← θ - rate (g + momentum v)`: as if the gradient had been taken one step of the velocity
    /// ahead.
    case nesterov
  }

  public var rate: Schedule
  public var momentum: Float
  public var form: Form

  public init(rate: Schedule, momentum: Float, form: Form) {
    (self.rate, self.momentum, self.form) = (rate, momentum, form)
  }

  public func initialState(_ layout: Parameters<Shape>) -> Parameters<NDArray> {
    layout.zeros().grouped(under: "momentum.velocity")
  }

  public func update(
    parameters: Parameters<Tensor>, gradient: Parameters<Tensor>, state: Parameters<Tensor>,
    step: Tensor
  ) -> (parameters: Parameters<Tensor>, state: Parameters<Tensor>) {
    let velocity = momentum * state.group("momentum.velocity") + gradient
    let direction =
      switch form {
      case .classical: velocity
      case .nesterov: gradient + momentum * velocity
      }
    return (parameters - rate(step) * direction, velocity.grouped(under: "momentum.velocity"))
  }
}
