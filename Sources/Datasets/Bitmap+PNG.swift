#if ImageFiles
  import CPNG
  import Episodes

  extension Bitmap {
    /// Decodes to red, green and blue; what is transparent is white.
    init(png file: [UInt8]) throws(ImageFault) {
      // The decoder comes back to the file after its first call, so that its memory has to stay.
      self = try file.withUnsafeBufferPointer { file throws(ImageFault) in
        try Bitmap(decodingPNG: file)
      }
    }

    private init(decodingPNG file: UnsafeBufferPointer<UInt8>) throws(ImageFault) {
      var image = png_image()
      image.version = UInt32(PNG_IMAGE_VERSION)
      defer { png_image_free(&image) }
      guard png_image_begin_read_from_memory(&image, file.baseAddress, file.count) != 0 else {
        throw .undecodable(image.words)
      }
      let shape = try Self.decodedShape(height: Int(image.height), width: Int(image.width))
      image.format = UInt32(PNG_FORMAT_FLAG_COLOR)
      var pixels = [UInt8](repeating: 0, count: shape.byteCount)
      var white = png_color(red: 255, green: 255, blue: 255)
      // A warning means that something is missing or does not agree with its check.
      guard png_image_finish_read(&image, &white, &pixels, 0, nil) != 0,
        image.warning_or_error == 0
      else { throw .undecodable(image.words) }
      self.init(pixels, shape: shape)
    }

    /// The image as a PNG file, or the encoder's words on why not.
    public func png() throws(ImageFault) -> [UInt8] {
      var image = png_image()
      image.version = UInt32(PNG_IMAGE_VERSION)
      (image.height, image.width) = (UInt32(shape.height), UInt32(shape.width))
      image.format = UInt32(shape.channels == 3 ? PNG_FORMAT_FLAG_COLOR : 0)
      defer { png_image_free(&image) }
      // With no memory given, it says how much it needs; and no compressed image is much longer.
      var count = 0
      guard png_image_write_to_memory(&image, nil, &count, 0, bytes, 0, nil) != 0 else {
        throw .undecodable(image.words)
      }
      var file = [UInt8](repeating: 0, count: count)
      guard png_image_write_to_memory(&image, &file, &count, 0, bytes, 0, nil) != 0 else {
        throw .undecodable(image.words)
      }
      return Array(file[..<count])
    }
  }

  extension png_image {
    fileprivate var words: String {
      withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
  }
#endif
