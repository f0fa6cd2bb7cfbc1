// Images are stored and sent as bytes, and learned from as numbers from zero to one.

extension Float {
  /// The value of a byte of an image: zero for zero, one for 255.
  public init(pixel byte: UInt8) { self = Float(byte) / 255 }
}

extension [Float] {
  /// The values of an image's bytes.
  public init(pixels: [UInt8]) {
    self = pixels.withUnsafeBufferPointer { [Float](pixels: $0) }
  }

  /// The values of an image's bytes.
  public init(pixels: UnsafeBufferPointer<UInt8>) {
    self.init(unsafeUninitializedCapacity: pixels.count) { values, count in
      for index in pixels.indices { values[index] = Float(pixel: pixels[index]) }
      count = pixels.count
    }
  }
}

extension [UInt8] {
  /// The bytes whose values these are. What is the value of no byte becomes some byte.
  public init(pixels values: [Float]) {
    self = values.withUnsafeBufferPointer { values in
      [UInt8](unsafeUninitializedCapacity: values.count) { bytes, count in
        // Beside 1.5 · 2²³ a float has no room for a fraction, and its lowest bits are the number:
        // unlike a conversion, which may trap, this is done many at a time.
        for index in values.indices {
          let scaled = values[index] * 255 + 0x1.8p23
          bytes[index] = UInt8(truncatingIfNeeded: scaled.bitPattern)
        }
        count = values.count
      }
    }
  }
}
