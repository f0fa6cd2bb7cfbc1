/// The first 64 bytes of a file of images: what it is, and where its header is.
///
/// `magic[8] version:u32 zero:u32 headerStart:u64 headerCount:u64 headerDigest:u64 zero[16] digest:u64`,
/// little-endian; the last digest is that of the 56 bytes before it.
struct ImageSetOpening: Hashable {
  static let byteCount = 64
  static let version: UInt32 = 1
  /// No text, and changed by whoever takes it for text.
  static let magic: [UInt8] = [0x89] + Array("IMAGES".utf8) + [0x0A]

  var headerStart: UInt64
  var headerCount: UInt64
  var headerDigest: ContentDigest

  /// The length of the whole file.
  var fileCount: UInt64? {
    let (sum, overflows) = headerStart.addingReportingOverflow(headerCount)
    return overflows ? nil : sum
  }
}

extension ImageSetOpening {
  var encoded: [UInt8] {
    var bytes = Self.magic
    bytes.append(littleEndian: Self.version)
    bytes.append(littleEndian: 0 as UInt32)
    bytes.append(littleEndian: headerStart)
    bytes.append(littleEndian: headerCount)
    bytes.append(littleEndian: headerDigest.value)
    bytes += [UInt8](repeating: 0, count: 16)
    bytes.append(littleEndian: ContentDigest(bytes).value)
    return bytes
  }

  /// Reads what `encoded` wrote at the beginning of `file`.
  init(_ file: UnsafeRawBufferPointer) throws(ImageSetError.Damage) {
    guard file.starts(with: Self.magic) else { throw .notImages }
    guard file.count >= Self.byteCount else {
      throw .length(file.count, expected: UInt64(Self.byteCount))
    }
    func value<Value: FixedWidthInteger>(at start: Int) -> Value {
      Value(littleEndian: file.loadUnaligned(fromByteOffset: start, as: Value.self))
    }
    let version: UInt32 = value(at: 8)
    guard version == Self.version else { throw .version(version, weRead: Self.version) }
    (headerStart, headerCount) = (value(at: 16), value(at: 24))
    headerDigest = ContentDigest(value: value(at: 32))
    // The zeros and the digest have one right value: what we would write.
    guard file.prefix(Self.byteCount).elementsEqual(encoded) else { throw .opening }
  }
}
