public import NDArrays

/// A supply of tasks of one kind, each looked up by a random key.
///
/// A task is a pure function of its key: whoever asks for it, wherever and however often, gets the
/// same bits.
public protocol TaskDistribution: Sendable {
  /// The shapes of every task's data.
  var shapes: Episode<Shape> { get }

  /// What values inputs have, from which follows how they travel. Unless said otherwise, any.
  var inputs: InputKind { get }

  /// The data of the task that `key` names.
  func episode(_ key: RandomKey) -> Episode<NDArray>
}

extension TaskDistribution {
  public var inputs: InputKind { .real }
}

/// Tasks whose data is drawn elsewhere, and of which only the shapes are known here.
public struct RemoteTasks: TaskDistribution {
  public let shapes: Episode<Shape>

  public init(shapes: Episode<Shape>) { self.shapes = shapes }

  /// - Traps: always; whoever knows only the shapes must be sent the data.
  public func episode(_ key: RandomKey) -> Episode<NDArray> {
    preconditionFailure("an episode was asked for where there is no data to draw it from")
  }
}
