import CWire

extension Message {
  /// Either side cannot go on with the other.
  public struct Refusal: Equatable, Sendable {
    public enum Reason: UInt32, CaseIterable, Sendable {
      /// We speak different versions of the messages.
      case `protocol` = 1
      /// We round differently.
      case numerics
      /// We compiled different programs from one plan.
      case program
      /// We hold different data sets under one name.
      case data
      /// Say Hello, I do not know you.
      case unknownWorker
      case runOver
      /// What you sent is not a message.
      case malformed
      /// You computed something wrongly.
      case struckOff
    }

    public var reason: Reason
    /// One line for people.
    public var text: String

    public init(_ reason: Reason, _ text: String) { (self.reason, self.text) = (reason, text) }
  }
}

extension Message.Refusal {
  func laidOut(with builder: inout Builder) -> UnsafeMutablePointer<Outerloop__Refusal> {
    let refusal = builder.new(outerloop__refusal__init)
    refusal.pointee.reason = .init(rawValue: reason.rawValue)
    refusal.pointee.text = builder.line(text)
    return refusal
  }

  init(_ refusal: Outerloop__Refusal, _ reader: Reader) throws(WireError) {
    self.init(
      try reader.reason(refusal.reason.rawValue), try reader.line(refusal.text, "text"))
  }
}
