/// A short name for exact bytes: 64-bit FNV-1a (Fowler, Noll & Vo), the same on every machine.
///
/// It notices torn and rotten files and tells runs apart. It does not stop forgers.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
  public private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  public init(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  public init(_ text: String) { self.init(text.utf8) }

  /// Sixteen hexadecimal digits.
  public var description: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
