import CWire

extension Message {
  /// The coordinator takes a worker in, and tells it what the run is.
  public struct Welcome: Equatable, Sendable {
    /// The resolved run plan, as YAML.
    public var plan: String
    /// Names the plan; visible ASCII characters, no space, like `programDigest`.
    public var planDigest: String
    /// Names the compiled program, and with it the order and shapes of its sums.
    public var programDigest: String
    /// How long an idle worker may be silent. Whole milliseconds, like `patience`.
    public var ping: Duration
    /// How long silence lasts until it means death.
    public var patience: Duration

    public init(
      plan: String, planDigest: String, programDigest: String, ping: Duration, patience: Duration
    ) {
      (self.plan, self.planDigest, self.programDigest) = (plan, planDigest, programDigest)
      (self.ping, self.patience) = (ping, patience)
    }
  }
}

extension Message.Welcome {
  func laidOut(with builder: inout Builder) -> UnsafeMutablePointer<Outerloop__Welcome> {
    let welcome = builder.new(outerloop__welcome__init)
    welcome.pointee.plan = builder.text(plan)
    welcome.pointee.plan_digest = builder.text(planDigest)
    welcome.pointee.program_digest = builder.text(programDigest)
    welcome.pointee.ping_milliseconds = UInt32(ping.whole(.milliseconds(1)))
    welcome.pointee.patience_milliseconds = UInt32(patience.whole(.milliseconds(1)))
    return welcome
  }

  init(_ welcome: Outerloop__Welcome, _ reader: Reader) throws(WireError) {
    guard welcome.ping_milliseconds > 0 else { throw .missing(field: "ping") }
    guard welcome.patience_milliseconds > 0 else { throw .missing(field: "patience") }
    self.init(
      plan: try reader.document(welcome.plan, "plan"),
      planDigest: try reader.name(welcome.plan_digest, "plan digest"),
      programDigest: try reader.name(welcome.program_digest, "program digest"),
      ping: .milliseconds(welcome.ping_milliseconds),
      patience: .milliseconds(welcome.patience_milliseconds))
  }
}
