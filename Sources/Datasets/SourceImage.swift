import Files

/// An image that may be imported.
struct SourceImage: Sendable {
  /// The folders above it, from the outermost of the import on.
  var folders: [String]
  var fileName: String
  /// What reports call it.
  var location: String
  var contents: Contents

  enum Contents: Sendable {
    case file(path: String)
    case bytes([UInt8])
    case fault(ImageFault)
  }

  func read() throws(ImageFault) -> [UInt8] {
    switch contents {
    case .file(let path):
      do throws(FileError) { return try readFile(path) } catch { throw .file(error) }
    case .bytes(let bytes): return bytes
    case .fault(let fault): throw fault
    }
  }

  /// Whether a file's name promises an image. Those that begin with a dot are some system's notes.
  static func isImage(named name: String) -> Bool {
    let name = name.lowercased()
    return !name.hasPrefix(".") && [".png", ".jpg", ".jpeg"].contains { name.hasSuffix($0) }
  }
}

/// The images in a folder and those below it, in the order of their paths' parts.
func sourceImages(
  inFolder path: String, under folders: [String] = []
) throws(FileError) -> [SourceImage] {
  var images: [SourceImage] = []
  for name in try listFolder(path) {
    let inner = "\(path)/\(name)"
    if isFolder(inner) {
      images += try sourceImages(inFolder: inner, under: folders + [name])
    } else if SourceImage.isImage(named: name) {
      images.append(
        SourceImage(
          folders: folders, fileName: name, location: inner, contents: .file(path: inner)))
    }
  }
  return images
}
