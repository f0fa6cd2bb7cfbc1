public import Graphs
public import NDArrays

/// How the learned parameters move once a step: a state to begin with, and an update.
///
/// Both are pure. The update is written with tensors and runs as a compiled program, so that it has
/// the same bits on every machine; nothing outside the program computes with its state.
public protocol OuterOptimizer: Sendable {
  /// What the optimiser remembers before the first step, named after the method and the parameter.
  func initialState(_ layout: Parameters<Shape>) -> Parameters<NDArray>

  /// One step against the gradient.
  ///
  /// - Shapes: `parameters`, `gradient` and the parameters returned have one layout; so have the two
  ///   states. `step` is a scalar: how many updates came before this one, exact up to `2^24`.
  func update(
    parameters: Parameters<Tensor>, gradient: Parameters<Tensor>, state: Parameters<Tensor>,
    step: Tensor
  ) -> (parameters: Parameters<Tensor>, state: Parameters<Tensor>)
}

extension Parameters where Leaf == Shape {
  /// An array of zeros for each parameter.
  func zeros() -> Parameters<NDArray> { map { NDArray(repeating: 0, shape: $0) } }
}
