import CWire

extension Message {
  /// A worker shows that it lives, and what it has.
  public struct Ping: Equatable, Sendable {
    /// The round of the parameters that the worker holds.
    public var round: Int?
    /// The task batches that it has not answered yet.
    public var leases: [UInt64]
    /// How many task ranges it computes at once; none, if it is a relay without workers.
    public var capacity: Int

    public init(round: Int?, leases: [UInt64], capacity: Int) {
      (self.round, self.leases, self.capacity) = (round, leases, capacity)
    }
  }
}

extension Message.Ping {
  func laidOut(with builder: inout Builder) -> UnsafeMutablePointer<Outerloop__Ping> {
    let ping = builder.new(outerloop__ping__init)
    ping.pointee.next_round = round.map { UInt64($0) + 1 } ?? 0
    (ping.pointee.leases, ping.pointee.n_leases) = builder.list(leases)
    ping.pointee.capacity = UInt32(capacity)
    return ping
  }

  init(_ ping: Outerloop__Ping, _ reader: Reader) throws(WireError) {
    self.init(
      round: ping.next_round == 0 ? nil : try reader.round(ping.next_round - 1),
      leases: Array(
        try reader.list(ping.leases, ping.n_leases, "leases", limit: reader.limits.leases)),
      capacity: try reader.count(ping.capacity, "capacity"))
  }
}
