public import Episodes
public import Files

/// Why one image was left out of an import.
public enum ImageFault: Error, Equatable {
  case file(FileError)
  /// Neither PNG nor JPEG.
  case unknownKind
  case tooLarge(width: Int, height: Int)
  /// The decoder's own words.
  case undecodable(String)
  /// Of another size than the first image, where none was asked for.
  case size(ImageShape, expected: ImageShape)
}

extension ImageFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .unknownKind: "neither PNG nor JPEG"
    case .tooLarge(let width, let height): "\(width)x\(height) pixels are too many"
    case .undecodable(let words): words
    case .size(let found, let expected):
      "is \(found.width)x\(found.height), where the first image is "
        + "\(expected.width)x\(expected.height)"
    }
  }
}
