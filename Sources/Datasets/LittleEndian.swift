extension [UInt8] {
  /// Appends a whole number, its lowest byte first.
  mutating func append(littleEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}

/// Takes values off the front of bytes, until they end.
struct LittleEndianReader {
  private var rest: Slice<UnsafeRawBufferPointer>

  init(_ bytes: UnsafeRawBufferPointer) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func take<Value: FixedWidthInteger>(_: Value.Type) -> Value? {
    guard let bytes = take(count: MemoryLayout<Value>.size) else { return nil }
    return Value(littleEndian: bytes.loadUnaligned(as: Value.self))
  }

  mutating func take(count: Int) -> UnsafeRawBufferPointer? {
    guard count >= 0, count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return UnsafeRawBufferPointer(rebasing: rest.prefix(count))
  }
}
