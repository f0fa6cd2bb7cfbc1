public import Episodes

/// An image in memory.
public struct Bitmap: Hashable, Sendable {
  public let shape: ImageShape
  /// In the order row, column, channel.
  public let bytes: [UInt8]

  public init(_ bytes: [UInt8], shape: ImageShape) {
    precondition(bytes.count == shape.byteCount, "\(bytes.count) bytes do not fill \(shape)")
    (self.bytes, self.shape) = (bytes, shape)
  }

  /// One channel of an image of three: its luma, as JPEG and television define it.
  ///
  /// - Source: ITU-R Recommendation BT.601, luma of red, green and blue.
  var grey: Bitmap {
    guard shape.channels == 3 else { return self }
    let luma = stride(from: 0, to: bytes.count, by: 3).map { start in
      let (red, green, blue) = (Int(bytes[start]), Int(bytes[start + 1]), Int(bytes[start + 2]))
      return UInt8((299 * red + 587 * green + 114 * blue + 500) / 1000)
    }
    return Bitmap(luma, shape: ImageShape(height: shape.height, width: shape.width, channels: 1))
  }

  /// Dark where this is light.
  var inverted: Bitmap { Bitmap(bytes.map { 255 - $0 }, shape: shape) }
}
