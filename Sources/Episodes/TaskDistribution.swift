public import NDArrays

/// A supply of tasks of one kind, each looked up by a random key.
///
/// A task is a pure function of its key: whoever asks for it, wherever and however often, gets the
/// same bits.
public protocol TaskDistribution: Sendable {
  /// The shapes of every task's data.
  var shapes: Episode<Shape> { get }

  /// The data of the task that `key` names.
  func episode(_ key: RandomKey) -> Episode<NDArray>
}
