extension Relay {
  public enum Event: Equatable, Sendable {
    /// What the coordinator of this epoch says.
    case above(Message, epoch: UInt32)
    /// What a worker says, and the epoch it says it to.
    case below(Coordinator.Message, from: WorkerID, epoch: UInt32)
    /// The worker is known to be gone without a word.
    case lost(WorkerID)
    /// A connection to the coordinator came about, for the first time or again.
    case connected
    /// This process is asked to end.
    case leave
    case tick
  }

  /// What a coordinator says.
  public enum Message: Equatable, Sendable {
    case welcome
    case unknown
    case refused(String)
    case parameters(round: Int)
    /// - batch: how many tasks the lease's round has.
    case lease(Lease, batch: Int)
    case pong
    case dismissed
  }

  public enum Action: Equatable, Sendable {
    case introduce(capacity: Int)
    case ping(round: Int?, leases: [Lease.ID], capacity: Int)
    /// Several leases' tasks come to this.
    case answer([Lease], TaskSum, elapsed: Duration)
    case notFinite(Lease)
    /// The worker that was computing it died.
    case died(Lease)
    /// The shell may forget what came with this lease.
    case forget(Lease.ID)
    case goodbye
    /// Nothing was heard for too long: open a new connection.
    case reconnect
    case end(Worker.Reason)

    /// The parameters that just came are those to be passed on from now.
    case adopt(round: Int)
    case welcome(WorkerID)
    /// Someone unknown spoke; ask it to introduce itself.
    case ask(WorkerID)
    case parameters(to: WorkerID)
    case lease(Lease.ID, to: WorkerID)
    case pong(WorkerID)
    case dismiss(WorkerID)
  }
}
