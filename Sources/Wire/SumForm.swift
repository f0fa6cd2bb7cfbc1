/// What the tasks of a round come to, so far as one must know to add them up.
public struct SumForm: Equatable, Sendable {
  /// Tasks of the round.
  public var batch: Int
  /// How many values are added over the tasks.
  public var added: Int
  /// How many values stand behind them for each task.
  public var width: Int

  public init(batch: Int, added: Int, width: Int) {
    (self.batch, self.added, self.width) = (batch, added, width)
  }

  /// Values of a sum over so many tasks.
  public func count(ofTasks tasks: Int) -> Int { added + tasks * width }
}
