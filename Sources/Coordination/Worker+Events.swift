extension Worker {
  public enum Phase: Equatable, Sendable {
    /// Not known to a coordinator; the next greeting goes out at `next`.
    case introducing(attempts: Int, next: Moment)
    case serving
    /// Was asked to leave: finishes what it computes, and begins nothing.
    case leaving
    case over(Reason)
  }

  public enum Reason: Equatable, Sendable {
    case dismissed
    case left
    case refused(String)
    /// Nobody answered for as long as this.
    case alone(Duration)
  }

  public enum Event: Equatable, Sendable {
    /// A message, and the epoch of the coordinator that sent it.
    case message(Message, epoch: UInt32)
    case computed(Lease.ID)
    /// A connection came about, for the first time or again.
    case connected
    /// This process is asked to end.
    case leave
    case tick
  }

  /// What a coordinator says.
  public enum Message: Equatable, Sendable {
    /// It took this worker in. Whatever an earlier one lent is void.
    case welcome
    /// It does not know this worker.
    case unknown
    /// It will not have this worker.
    case refused(String)
    case parameters(round: Int)
    case lease(Lease)
    case pong
    case dismissed
  }

  public enum Action: Equatable, Sendable {
    case introduce
    /// The parameters that just came are those to compute with.
    case adopt(round: Int)
    case compute(Lease)
    case answer(Lease.ID)
    /// The shell may forget what came with this lease.
    case forget(Lease.ID)
    case ping(round: Int?, leases: [Lease.ID])
    case goodbye
    /// Nothing was heard for too long: open a new connection.
    case reconnect
    case end(Reason)
  }
}

extension Worker.Action {
  var isComputation: Bool { if case .compute = self { true } else { false } }
}

extension [Worker.Action] {
  /// Moves the actions of a kind to the front, without changing the order among them or the rest.
  mutating func moveToFront(where isMoved: (Worker.Action) -> Bool) {
    self = filter(isMoved) + filter { !isMoved($0) }
  }
}
