// Images are stored and sent as bytes, and learned from as numbers from zero to one.

extension Float {
  /// The value of a byte of an image: zero for zero, one for 255.
  public init(pixel byte: UInt8) { self = Float(byte) / 255 }
}

extension UInt8 {
  /// The byte whose value is `value`, or is nearest to it.
  public init(pixel value: Float) {
    // Not a number fails both comparisons, and is dark.
    let scaled = (value * 255).rounded()
    self = scaled >= 255 ? 255 : scaled > 0 ? UInt8(scaled) : 0
  }
}
