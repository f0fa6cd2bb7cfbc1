import Episodes

extension Bitmap {
  /// Decodes a PNG or JPEG image, which it is by its first bytes, to red, green and blue.
  public init(decoding file: [UInt8]) throws(ImageFault) {
    if file.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
      try self.init(png: file)
    } else if file.starts(with: [0xFF, 0xD8, 0xFF]) {
      try self.init(jpeg: file)
    } else {
      throw .unknownKind
    }
  }

  /// The shape to decode to, if memory for it may be had on an image's word.
  static func decodedShape(height: Int, width: Int) throws(ImageFault) -> ImageShape {
    let (pixels, overflows) = height.multipliedReportingOverflow(by: width)
    guard !overflows, pixels <= mostPixels else { throw .tooLarge(width: width, height: height) }
    guard pixels > 0 else { throw .undecodable("without pixels") }
    return ImageShape(height: height, width: width, channels: 3)
  }

  private static let mostPixels = 1 << 26
}
