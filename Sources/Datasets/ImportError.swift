public import Episodes
public import Files

/// Why an import wrote nothing.
public enum ImportError: Error, Equatable {
  case file(FileError)
  /// In the words of the library that reads archives.
  case archive(path: String, String)
  case noImages(path: String)
  /// One of Omniglot's two parts is not where the other one is.
  case noOmniglot(path: String, part: String)
  case twice(image: String)
  case nothingUsable([Unreadable])
  case noLists(folder: String)
  case notText(path: String)
  case inTwoSplits(className: String)
  case unknownClass(name: String, Split)
  case tooFewClasses(found: Int, needed: Int)

  /// An image that was left out, and why.
  public struct Unreadable: Equatable, Sendable, CustomStringConvertible {
    public let location: String
    public let fault: ImageFault

    public var description: String {
      if case .file(let error) = fault { return "\(error)" }
      return "\(location): \(fault)"
    }
  }
}

extension ImportError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .archive(let path, let words): "\(path): \(words)"
    case .noImages(let path): "\(path): no PNG or JPEG images in folders below it"
    case .noOmniglot(let path, let part): "\(path): neither a folder \(part) nor \(part).zip"
    case .twice(let image): "\(image): a second image of that class and name"
    case .nothingUsable(let unreadable): "none of \(unreadable.count) images can be used"
    case .noLists(let folder): "\(folder): no train.txt, val.txt or test.txt"
    case .notText(let path): "\(path): a list of classes is UTF-8 text, and this is not"
    case .inTwoSplits(let name): "class \(name) is in two splits"
    case .unknownClass(let name, let split):
      "class \(name) of the \(split.rawValue) list has no images"
    case .tooFewClasses(let found, let needed):
      "\(found) classes, where the splits need at least \(needed)"
    }
  }
}
