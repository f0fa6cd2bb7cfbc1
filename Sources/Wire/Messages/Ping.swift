import CWire

extension Message {
  /// A worker shows that it lives, and what it has.
  public struct Ping: Equatable, Sendable {
    /// The step of the parameters that the worker holds.
    public var step: Int?
    /// How many task ranges it is computing.
    public var computing: Int

    public init(step: Int?, computing: Int) { (self.step, self.computing) = (step, computing) }
  }
}

extension Message.Ping {
  func laidOut(with builder: inout Builder) -> UnsafeMutablePointer<Outerloop__Ping> {
    let ping = builder.new(outerloop__ping__init)
    ping.pointee.next_step = step.map { UInt64($0) + 1 } ?? 0
    ping.pointee.computing = UInt32(computing)
    return ping
  }

  init(_ ping: Outerloop__Ping, _ reader: Reader) throws(WireError) {
    self.init(
      step: ping.next_step == 0 ? nil : try reader.step(ping.next_step - 1),
      computing: try reader.count(ping.computing, "computing"))
  }
}
