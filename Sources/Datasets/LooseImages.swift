public import Files

/// An image that was read by itself, from no file of images.
public struct LooseImage: Sendable, Equatable {
  public let path: String
  /// The folders between the one that was read and the image, as `data import` names classes; empty
  /// for an image that was named itself, or lies in the folder as it is.
  public let className: String
  public let bitmap: Bitmap
}

/// Why an image or a folder of images could not be read.
public enum LooseImageError: Error, Equatable, CustomStringConvertible {
  case file(FileError)
  case unusable(path: String, ImageFault)
  case noImages(path: String)

  public var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .unusable(let path, let fault): "\(path): \(fault)"
    case .noImages(let path): "\(path): no PNG or JPEG images in it"
    }
  }
}

/// The image at a path, or all images in the folder there and those below it, in the order of their
/// paths' parts. Each is made what an import with this format would make of it.
///
/// - Throws: at the first image that cannot be used.
public func looseImages(
  at path: String, format: ImageFormat
) throws(LooseImageError) -> [LooseImage] {
  let sources = try sources(at: path)
  guard !sources.isEmpty else { throw .noImages(path: path) }
  return try sources.map { source throws(LooseImageError) in
    do throws(ImageFault) {
      return LooseImage(
        path: source.location, className: source.folders.joined(separator: "/"),
        bitmap: try format.bitmap(source))
    } catch {
      if case .file(let error) = error { throw .file(error) }
      throw .unusable(path: source.location, error)
    }
  }
}

private func sources(at path: String) throws(LooseImageError) -> [SourceImage] {
  guard isFolder(path) else {
    return [SourceImage(folders: [], fileName: path, location: path, contents: .file(path: path))]
  }
  do throws(FileError) { return try sourceImages(inFolder: path) } catch { throw .file(error) }
}
