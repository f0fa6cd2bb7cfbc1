#if !ImageFiles
  import Episodes

  /// What a build for machines that only train says when it is given pictures.
  private let words = "this build of outerloop reads and writes no pictures and archives"

  extension Bitmap {
    init(png _: [UInt8]) throws(ImageFault) { throw .undecodable(words) }

    init(jpeg _: [UInt8]) throws(ImageFault) { throw .undecodable(words) }

    /// The image as a PNG file, if this build had what writes one.
    public func png() throws(ImageFault) -> [UInt8] { throw .undecodable(words) }
  }

  func sourceImages(inArchive path: String) throws(ImportError) -> [SourceImage] {
    throw .archive(path: path, words)
  }
#endif
