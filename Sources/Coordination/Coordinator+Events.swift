extension Coordinator {
  public enum Event: Equatable, Sendable {
    /// A message, and the epoch of the coordinator it was meant for.
    case message(Message, from: WorkerID, epoch: UInt32)
    /// The worker is known to be gone without a word.
    case lost(WorkerID)
    /// The update of this round has been made.
    case applied(round: Int)
    /// The update of this round has been made, and what came out is not finite.
    case diverged(round: Int)
    case tick
    /// The run is to end once the step that is under way is made, or after so long.
    case conclude(within: Duration)
    /// The run is to end here, at the round it has reached.
    case stop
  }

  /// What a worker says.
  public enum Message: Equatable, Sendable {
    /// Introduces itself, for the first time or again.
    case hello(capacity: Int, isRelay: Bool = false)
    /// A sign of life: the round it has parameters for, the leases it holds, and its capacity if that
    /// may have changed.
    case ping(round: Int?, leases: [Lease.ID], capacity: Int? = nil)
    /// What the tasks of these leases come to together, which are one node of the tree.
    case computed(leases: [Lease.ID], sum: TaskSum, elapsed: Duration)
    /// The answer to a lease is not finite.
    case notFinite(lease: Lease.ID)
    /// Whom a relay had lent it to died computing it.
    case died(lease: Lease.ID)
    /// It leaves and answers no more.
    case goodbye
  }

  public enum Action: Equatable, Sendable {
    case welcome(WorkerID)
    /// Someone unknown spoke; ask it to introduce itself.
    case introduce(WorkerID)
    case parameters(round: Int, to: WorkerID)
    case lease(Lease, attempt: Int, to: WorkerID)
    case pong(WorkerID)
    case apply(round: Int, sum: TaskSum)
    case dismiss(WorkerID)
    /// It was struck off: tell it so.
    case expel(WorkerID)
    case tell(Notice)
  }
}
