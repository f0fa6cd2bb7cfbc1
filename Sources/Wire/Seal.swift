import CWire

/// What stands at both ends of each frame: the version in front, the checksum behind.
///
/// Both can be read before anything is parsed, so that damaged bytes never reach the parser.
enum Seal {
  static let version: UInt32 = 4
  /// The checksum's tag and its four bytes.
  static let byteCount = 5
  /// Field 1, an integer.
  private static let versionTag: UInt8 = 1 << 3
  /// Field 15, four bytes.
  private static let checksumTag: UInt8 = 15 << 3 | 5

  /// Fills in the last bytes of a frame.
  static func seal(_ frame: UnsafeMutableRawBufferPointer) {
    let end = frame.count - byteCount
    frame[end] = checksumTag
    frame.storeBytes(
      of: ol_crc32c(0, frame.baseAddress, end).littleEndian, toByteOffset: end + 1, as: UInt32.self)
  }

  /// Passes what was sealed in this version and has not changed since.
  static func check(_ frame: UnsafeRawBufferPointer) throws(WireError) {
    let end = frame.count - byteCount
    guard end > 1, frame[0] == versionTag else { throw .malformed }
    let theirs = try version(of: frame)
    guard theirs == version else { throw .version(theirs: theirs, ours: version) }
    let checksum = UInt32(
      littleEndian: frame.loadUnaligned(fromByteOffset: end + 1, as: UInt32.self))
    guard frame[end] == checksumTag, checksum == ol_crc32c(0, frame.baseAddress, end) else {
      throw .checksum
    }
  }

  /// The first field's value: seven bits a byte, the lowest first, each but the last marked.
  private static func version(of frame: UnsafeRawBufferPointer) throws(WireError) -> UInt32 {
    var value: UInt64 = 0
    for (index, byte) in frame.dropFirst().prefix(5).enumerated() {
      value |= UInt64(byte & 0x7F) << (7 * index)
      if byte & 0x80 == 0 { return UInt32(truncatingIfNeeded: value) }
    }
    throw .malformed
  }
}
