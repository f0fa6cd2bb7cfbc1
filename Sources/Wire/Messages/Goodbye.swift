import CWire

extension Message {
  /// The last word of either side.
  public struct Goodbye: Equatable, Sendable {
    public enum Reason: UInt32, CaseIterable, Sendable {
      /// The run is complete; workers may end.
      case runOver = 1
      /// The coordinator stops but will be resumed; workers had better wait for it.
      case paused
      /// The worker was asked to stop.
      case leaving
      /// The sender met an error that it cannot mend.
      case failed
    }

    public var reason: Reason
    /// One line for people; may be empty.
    public var text: String

    public init(_ reason: Reason, _ text: String) { (self.reason, self.text) = (reason, text) }
  }
}

extension Message.Goodbye {
  func laidOut(with builder: inout Builder) -> UnsafeMutablePointer<Outerloop__Goodbye> {
    let goodbye = builder.new(outerloop__goodbye__init)
    goodbye.pointee.reason = .init(rawValue: reason.rawValue)
    goodbye.pointee.text = builder.line(text)
    return goodbye
  }

  init(_ goodbye: Outerloop__Goodbye, _ reader: Reader) throws(WireError) {
    self.init(
      try reader.reason(goodbye.reason.rawValue), try reader.line(goodbye.text, "text"))
  }
}
