import CWire

extension Message {
  /// A worker introduces itself.
  public struct Hello: Equatable, Sendable {
    /// The version of the arithmetic contract.
    public var numerics: UInt32
    /// The program and its version.
    public var software: String
    /// `host:process`; visible ASCII characters, no space.
    public var name: String
    /// How many task ranges the worker computes at once, at least one.
    public var capacity: Int
    /// Whether it lends them on to workers of its own.
    public var isRelay: Bool
    /// Whether it draws its tasks' data itself, so that none has to be sent.
    public var draws: Bool

    public init(
      numerics: UInt32, software: String, name: String, capacity: Int, isRelay: Bool = false,
      draws: Bool = false
    ) {
      (self.numerics, self.software) = (numerics, software)
      (self.name, self.capacity) = (name, capacity)
      (self.isRelay, self.draws) = (isRelay, draws)
    }
  }
}

extension Message.Hello {
  func laidOut(with builder: inout Builder) -> UnsafeMutablePointer<Outerloop__Hello> {
    let hello = builder.new(outerloop__hello__init)
    hello.pointee.numerics = numerics
    hello.pointee.software = builder.line(software)
    hello.pointee.name = builder.text(name)
    hello.pointee.capacity = UInt32(capacity)
    hello.pointee.relay = isRelay ? 1 : 0
    hello.pointee.draws = draws ? 1 : 0
    return hello
  }

  init(_ hello: Outerloop__Hello, _ reader: Reader) throws(WireError) {
    guard hello.capacity > 0 else { throw .missing(field: "capacity") }
    self.init(
      numerics: hello.numerics,
      software: try reader.line(hello.software, "software"),
      name: try reader.name(hello.name, "name"),
      capacity: try reader.count(hello.capacity, "capacity"),
      isRelay: hello.relay != 0,
      draws: hello.draws != 0)
  }
}
