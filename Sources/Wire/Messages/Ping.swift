import CWire

extension Message {
  /// A worker shows that it lives, and what it has.
  public struct Ping: Equatable, Sendable {
    /// The round of the parameters that the worker holds.
    public var round: Int?
    /// The task batches that it has not answered yet.
    public var leases: [UInt64]

    public init(round: Int?, leases: [UInt64]) { (self.round, self.leases) = (round, leases) }
  }
}

extension Message.Ping {
  func laidOut(with builder: inout Builder) -> UnsafeMutablePointer<Outerloop__Ping> {
    let ping = builder.new(outerloop__ping__init)
    ping.pointee.next_round = round.map { UInt64($0) + 1 } ?? 0
    (ping.pointee.leases, ping.pointee.n_leases) = builder.list(leases)
    return ping
  }

  init(_ ping: Outerloop__Ping, _ reader: Reader) throws(WireError) {
    self.init(
      round: ping.next_round == 0 ? nil : try reader.round(ping.next_round - 1),
      leases: Array(
        try reader.list(ping.leases, ping.n_leases, "leases", limit: reader.limits.leases)))
  }
}
