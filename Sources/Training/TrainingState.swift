public import Graphs
public import NDArrays

/// Everything that a run carries from one step to the next, and all that a checkpoint holds.
public struct TrainingState: Equatable, Sendable {
  /// How many outer updates have been made.
  public var step: Int
  public var parameters: Parameters<NDArray>
  /// What the outer optimiser remembers.
  public var optimizer: Parameters<NDArray>

  public init(step: Int, parameters: Parameters<NDArray>, optimizer: Parameters<NDArray>) {
    (self.step, self.parameters, self.optimizer) = (step, parameters, optimizer)
  }

  /// Whether every learned number is finite; one that is not says that training diverged.
  public var isFinite: Bool { parameters.leaves.allSatisfy { $0.elements.allSatisfy(\.isFinite) } }
}
