import NDArrays

#if _endian(big)
  #error("floats are sent as they lie in memory, the lowest byte first")
#endif

extension [Float] {
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
