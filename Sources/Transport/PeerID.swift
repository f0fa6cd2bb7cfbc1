/// The name under which a router knows a dealer: 1 to 16 bytes, ordered as bytes are.
///
/// A dealer chooses its own, at random and anew each time its process starts, so that a message to
/// a process that died cannot reach the one that took its place.
public struct PeerID: Hashable, Sendable {
  public static let maximumCount = 16

  // The bytes from the most significant on, zeros after the last: integers compare as bytes would.
  private let high: UInt64
  private let low: UInt64
  public let count: Int

  /// Nil if there is no byte or more than 16.
  public init?(_ bytes: some Collection<UInt8>) {
    guard (1...Self.maximumCount).contains(bytes.count) else { return nil }
    var high: UInt64 = 0
    var low: UInt64 = 0
    for (index, byte) in bytes.enumerated() {
      let shift = UInt64(56 - 8 * (index % 8))
      if index < 8 { high |= UInt64(byte) << shift } else { low |= UInt64(byte) << shift }
    }
    (self.high, self.low, self.count) = (high, low, bytes.count)
  }
}

extension PeerID {
  /// Whether ZeroMQ made the name up: for a peer without one, or for what a peer had said before another
  /// connection took over its name.
  public var isMadeUp: Bool { high >> 56 == 0 }

  public var bytes: [UInt8] {
    (0..<count).map { index in
      UInt8(truncatingIfNeeded: (index < 8 ? high : low) >> UInt64(56 - 8 * (index % 8)))
    }
  }

  /// Calls `body` with the bytes, without an allocation.
  func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    Swift.withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) {
      body(UnsafeRawBufferPointer(rebasing: $0[..<count]))
    }
  }
}

extension PeerID: Comparable {
  public static func < (a: PeerID, b: PeerID) -> Bool {
    (a.high, a.low, a.count) < (b.high, b.low, b.count)
  }
}

extension PeerID: CustomStringConvertible {
  /// Hexadecimal digits.
  public var description: String {
    bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}
