import CZeroMQ

/// A public key of Curve25519: what a process is known by, and no secret.
///
/// People and files write it in Z85, 40 visible characters that need quotes in a shell.
public struct CurveKey: Hashable, Sendable {
  static let byteCount = 32
  static let textCount = 40

  package let bytes: [UInt8]

  /// Nil unless there are 32 bytes.
  init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = Array(bytes)
  }

  /// Nil unless the text is 40 characters of Z85.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count == Self.textCount else { return nil }
    var bytes = [UInt8](repeating: 0, count: Self.byteCount)
    guard zmq_z85_decode(&bytes, String(text)) != nil else { return nil }
    self.bytes = bytes
    // More than one text can stand for some bytes, by overflow; only one is theirs.
    guard description == text else { return nil }
  }
}

extension CurveKey: Comparable {
  public static func < (a: CurveKey, b: CurveKey) -> Bool {
    a.bytes.lexicographicallyPrecedes(b.bytes)
  }
}

extension CurveKey: CustomStringConvertible {
  /// Z85.
  public var description: String {
    var text = [CChar](repeating: 0, count: Self.textCount + 1)
    zmq_z85_encode(&text, bytes, bytes.count)
    return String(decoding: text.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
