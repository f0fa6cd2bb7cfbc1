public import Graphs
public import NDArrays

/// Everything that a run carries from one round to the next.
public struct TrainingState: Equatable, Sendable {
  /// How many outer updates have been made.
  public var step: Int
  public var parameters: Parameters<NDArray>
  /// What the outer optimiser remembers.
  public var optimizer: Parameters<NDArray>
  /// What is remembered of tasks, where something is; see ``OuterMethod``.
  public var memory: Parameters<NDArray>
  /// The parameters that validation found best so far.
  public var best: Best?

  public struct Best: Equatable, Sendable {
    /// After how many outer updates they were there.
    public var step: Int
    /// See ``Evaluation/score``.
    public var score: Double
    public var parameters: Parameters<NDArray>

    public init(step: Int, score: Double, parameters: Parameters<NDArray>) {
      (self.step, self.score, self.parameters) = (step, score, parameters)
    }
  }

  public init(
    step: Int, parameters: Parameters<NDArray>, optimizer: Parameters<NDArray>,
    memory: Parameters<NDArray> = Parameters([]), best: Best? = nil
  ) {
    (self.step, self.parameters, self.optimizer) = (step, parameters, optimizer)
    (self.memory, self.best) = (memory, best)
  }

  /// Whether every learned number is finite; one that is not says that training diverged.
  public var isFinite: Bool {
    (parameters.leaves + memory.leaves).allSatisfy { $0.elements.isFinite }
  }
}
