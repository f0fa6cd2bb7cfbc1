#if _endian(big)
  #error("floats are sent as they lie in memory, the lowest byte first")
#endif

extension [Float] {
  /// Whether no value is infinite or not a number.
  var isFinite: Bool {
    withUnsafeBufferPointer { values in
      var seen = Exponents()
      for value in values { seen.add(value.bitPattern) }
      return seen.areFinite
    }
  }

  /// The floats that lie at any address, aligned or not; `nil` if some value is not finite.
  init?(finite bytes: UnsafeRawBufferPointer) {
    var seen = Exponents()
    self.init(unsafeUninitializedCapacity: bytes.count / 4) { values, count in
      count = bytes.count / 4
      for index in 0..<count {
        let bits = bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
        seen.add(bits)
        values.initializeElement(at: index, to: Float(bitPattern: bits))
      }
    }
    guard seen.areFinite else { return nil }
  }
}

/// Notices full exponents, those of infinity and NaN, without a branch a value, so that the compiler
/// makes vectors of it.
private struct Exponents {
  /// The sign bit is set once a full exponent has overflowed into it.
  private var overflows: UInt32 = 0

  mutating func add(_ bits: UInt32) { overflows |= (bits & 0x7F80_0000) &+ 0x0080_0000 }

  var areFinite: Bool { overflows & 0x8000_0000 == 0 }
}
