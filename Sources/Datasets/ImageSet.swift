public import Episodes
import Files

/// A file of images, opened: classes of images of one shape, in three splits.
///
/// The pixels stay in the file and are read as they are looked at; several processes share them.
public struct ImageSet: ImageSource {
  public let path: String
  public let header: ImageSetHeader
  public let digest: String
  private let file: MappedFile

  /// Opens a file and checks every byte of it against the digests it came with.
  ///
  /// - Cost: one pass over the file.
  public init(opening path: String) throws(ImageSetError) {
    do throws(FileError) { file = try MappedFile(path) } catch { throw .file(error) }
    self.path = path
    do throws(ImageSetError.Damage) {
      let (header, digest) = try Self.checkedHeader(of: file.bytes)
      // The header has the digests of all pixels, so that its own is of everything.
      (self.header, self.digest) = (header, digest.description)
      try checkPixels()
    } catch {
      throw .refused(path: path, error)
    }
  }

  public var shape: ImageShape { header.shape }
  /// The length of the file.
  public var byteCount: Int { file.bytes.count }

  public func classes(of split: Split) -> Range<Int> { header.classes(of: split) }
  public func imageCount(ofClass index: Int) -> Int { header.classes[index].imageCount }

  public func pixels(ofClass index: Int, image: Int) -> [UInt8] {
    [UInt8](bytes(ofClass: index, image: image))
  }

  public func withPixels(
    ofClass index: Int, image: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    bytes(ofClass: index, image: image).withMemoryRebound(to: UInt8.self) { body($0) }
  }

  /// Where they are, for as long as the file is mapped.
  private func bytes(ofClass index: Int, image: Int) -> UnsafeRawBufferPointer {
    let imageClass = header.classes[index]
    precondition(
      (0..<imageClass.imageCount).contains(image), "class \(imageClass.name) has no image \(image)")
    let start = imageClass.start + image * shape.byteCount
    return UnsafeRawBufferPointer(rebasing: file.bytes[start..<start + shape.byteCount])
  }
}

extension ImageSet {
  private static func checkedHeader(
    of bytes: UnsafeRawBufferPointer
  ) throws(ImageSetError.Damage) -> (ImageSetHeader, ContentDigest) {
    let opening = try ImageSetOpening(bytes)
    guard opening.fileCount == UInt64(bytes.count) else {
      throw .length(bytes.count, expected: opening.fileCount ?? .max)
    }
    let encoded = UnsafeRawBufferPointer(rebasing: bytes[Int(opening.headerStart)...])
    guard ContentDigest(encoded) == opening.headerDigest else { throw .header }
    do throws(ImageSetError.Contradiction) {
      let header = try ImageSetHeader(encoded, pixelsEnd: opening.headerStart)
      return (header, opening.headerDigest)
    } catch {
      throw .contradiction(error)
    }
  }

  private func checkPixels() throws(ImageSetError.Damage) {
    for (index, each) in header.classes.enumerated() {
      let block = file.bytes[each.start..<each.start + header.byteCount(ofClass: index)]
      guard ContentDigest(UnsafeRawBufferPointer(rebasing: block)) == each.digest else {
        throw .pixels(className: each.name)
      }
    }
  }
}
