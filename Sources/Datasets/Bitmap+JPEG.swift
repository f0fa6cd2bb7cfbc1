#if ImageFiles
  import CJPEG
  import Episodes

  extension Bitmap {
    /// Decodes to red, green and blue, by the exact integer transform, so that every processor gives
    /// the same bytes. The orientation that cameras note beside the image is not applied.
    init(jpeg file: [UInt8]) throws(ImageFault) {
      guard let decoder = tjInitDecompress() else { throw .undecodable("no memory to decode JPEG") }
      defer { tjDestroy(decoder) }
      let header = try Header(file, decoder)
      let shape = try Self.decodedShape(height: Int(header.height), width: Int(header.width))
      if header.isCMYK {
        let inks = try Self.decoded(file, header, to: TJPF_CMYK, channels: 4, decoder)
        self.init(Self.colors(ofInks: inks), shape: shape)
      } else {
        let colors = try Self.decoded(file, header, to: TJPF_RGB, channels: 3, decoder)
        self.init(colors, shape: shape)
      }
    }

    private static func decoded(
      _ file: [UInt8], _ header: Header, to format: TJPF, channels: Int, _ decoder: tjhandle
    ) throws(ImageFault) -> [UInt8] {
      let count = Int(header.width) * Int(header.height) * channels
      var pixels = [UInt8](repeating: 0, count: count)
      let result = tjDecompress2(
        decoder, file, UInt(file.count), &pixels, header.width, 0, header.height,
        Int32(format.rawValue), TJFLAG_ACCURATEDCT)
      // A warning means that the file was cut short or has rotten; what is decoded is then grey.
      guard result == 0 else { throw .undecodable(words(of: decoder)) }
      return pixels
    }

    /// Inks are stored as what they leave of the light, as all common programs do.
    private static func colors(ofInks inks: [UInt8]) -> [UInt8] {
      stride(from: 0, to: inks.count, by: 4).flatMap { start in
        let black = Int(inks[start + 3])
        return (0..<3).map { UInt8((Int(inks[start + $0]) * black + 127) / 255) }
      }
    }

    private static func words(of decoder: tjhandle) -> String {
      String(cString: tjGetErrorStr2(decoder))
    }

    private struct Header {
      var width: Int32 = 0
      var height: Int32 = 0
      var isCMYK: Bool

      init(_ file: [UInt8], _ decoder: tjhandle) throws(ImageFault) {
        var (subsampling, colors): (Int32, Int32) = (0, 0)
        let result = tjDecompressHeader3(
          decoder, file, UInt(file.count), &width, &height, &subsampling, &colors)
        guard result == 0 else { throw .undecodable(words(of: decoder)) }
        isCMYK = [TJCS_CMYK, TJCS_YCCK].contains { Int32($0.rawValue) == colors }
      }
    }
  }
#endif
