import CWire
import NDArrays

extension Message {
  /// Some neighbouring tasks of one round, lent to a worker.
  public struct TaskBatch: Equatable, Sendable {
    public var round: Int
    /// Names this loan in the answer.
    public var lease: UInt64
    /// How often these tasks have been lent before.
    public var attempt: Int
    /// Not empty.
    public var tasks: Range<Int>
    /// What all tasks of the round come to.
    public var sums: SumForm
    /// `support_x`, `support_y`, `query_x` and `query_y`, each `[tasks, ...]`; none where the
    /// worker draws them.
    public var episodes: [NamedArray]

    public init(
      round: Int, lease: UInt64, attempt: Int, tasks: Range<Int>, sums: SumForm,
      episodes: [NamedArray]
    ) {
      (self.round, self.lease, self.attempt) = (round, lease, attempt)
      (self.tasks, self.sums, self.episodes) = (tasks, sums, episodes)
    }
  }
}

extension Message.TaskBatch {
  func laidOut(with builder: inout Builder) -> UnsafeMutablePointer<Outerloop__TaskBatch> {
    let batch = builder.new(outerloop__task_batch__init)
    batch.pointee.round = UInt64(round)
    batch.pointee.lease = lease
    batch.pointee.attempt = UInt32(attempt)
    batch.pointee.lower = UInt32(tasks.lowerBound)
    batch.pointee.upper = UInt32(tasks.upperBound)
    batch.pointee.batch = UInt32(sums.batch)
    batch.pointee.added = UInt32(sums.added)
    batch.pointee.width = UInt32(sums.width)
    (batch.pointee.episodes, batch.pointee.n_episodes) = builder.tensors(episodes)
    return batch
  }

  init(_ batch: Outerloop__TaskBatch, _ reader: Reader) throws(WireError) {
    self.init(
      round: try reader.round(batch.round),
      lease: batch.lease,
      attempt: try reader.count(batch.attempt, "attempt"),
      tasks: try reader.tasks(batch.lower, batch.upper),
      sums: try reader.sums(batch.batch, batch.added, batch.width),
      episodes: try reader.tensors(batch.episodes, batch.n_episodes, "episodes"))
    for episode in episodes where episode.values.shape.sizes.first != tasks.count {
      throw .shape(tensor: episode.name, bytes: 4 * episode.values.shape.count)
    }
  }
}
