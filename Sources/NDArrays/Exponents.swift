/// Notices full exponents, those of infinity and NaN, without a branch a value, so that the compiler
/// makes vectors of it.
public struct Exponents {
  /// The sign bit is set once a full exponent has overflowed into it.
  @usableFromInline var overflows: UInt32 = 0

  @inlinable
  public init() {}

  @inlinable
  public mutating func add(_ bits: UInt32) { overflows |= (bits & 0x7F80_0000) &+ 0x0080_0000 }

  @inlinable
  public var areFinite: Bool { overflows & 0x8000_0000 == 0 }
}

extension [Float] {
  /// Whether no value is infinite or not a number.
  public var isFinite: Bool {
    withUnsafeBufferPointer { values in
      var seen = Exponents()
      for value in values { seen.add(value.bitPattern) }
      return seen.areFinite
    }
  }
}
