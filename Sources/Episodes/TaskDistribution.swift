public import NDArrays

/// A supply of tasks of one kind, each looked up by a random key.
///
/// A task is a pure function of its key: whoever asks for it, wherever and however often, gets the
/// same bits.
public protocol TaskDistribution: Sendable {
  /// The shapes of every task's data.
  var shapes: Episode<Shape> { get }

  /// How many numbers a network answers an input with: targets, or a score for each class. Unless
  /// said otherwise, as many as there are targets beside an input.
  var outputs: Int { get }

  /// What values inputs have, from which follows how they travel. Unless said otherwise, any.
  var inputs: InputKind { get }

  /// The data of the task that `key` names.
  func episode(_ key: RandomKey) -> Episode<NDArray>

  /// The data of several tasks, stacked along a new first axis.
  func episodes(_ keys: [RandomKey]) -> Episode<PackedArray>
}

extension TaskDistribution {
  public var inputs: InputKind { .real }

  public var outputs: Int { shapes.support.targets.sizes.dropFirst().reduce(1, *) }

  public func episodes(_ keys: [RandomKey]) -> Episode<PackedArray> {
    Episode(stacking: keys.map { episode($0) }).packed(inputs)
  }
}

/// Tasks whose data is drawn elsewhere, and of which only the shapes are known here.
public struct RemoteTasks: TaskDistribution {
  public let shapes: Episode<Shape>
  public let outputs: Int

  public init(shapes: Episode<Shape>, outputs: Int) {
    (self.shapes, self.outputs) = (shapes, outputs)
  }

  /// - Traps: always; whoever knows only the shapes must be sent the data.
  public func episode(_ key: RandomKey) -> Episode<NDArray> {
    preconditionFailure("an episode was asked for where there is no data to draw it from")
  }
}
