public import Files

/// Why a file of images cannot be used.
public enum ImageSetError: Error, Equatable {
  case file(FileError)
  case refused(path: String, Damage)

  public enum Damage: Error, Equatable {
    /// Another kind of file.
    case notImages
    case version(UInt32, weRead: UInt32)
    /// The first bytes, which say where everything is, have changed.
    case opening
    case length(Int, expected: UInt64)
    case header
    /// The header is as it was written, but says what cannot be.
    case contradiction(Contradiction)
    case pixels(className: String)
  }

  public enum Contradiction: String, Error, Equatable {
    case ends = "the header ends too early"
    case rest = "the header goes on after its last class"
    case shape = "images of an impossible shape"
    case name = "a class whose name is empty or not UTF-8"
    case order = "classes out of order, or two of one name"
    case images = "a class without images"
    case place = "pixels of a class in the wrong place"
  }
}

extension ImageSetError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .refused(let path, let damage): "\(path): \(damage)"
    }
  }
}

extension ImageSetError.Damage: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notImages: "not a file of images; \"outerloop data import\" writes them"
    case .version(let found, let ours): "version \(found) of the format, where we read \(ours)"
    case .opening: "damaged: the first bytes do not have the digest they came with"
    case .length(let found, let expected): "damaged: \(found) bytes where there were \(expected)"
    case .header: "damaged: the header does not have the digest it came with"
    case .contradiction(let what): "not made by us: \(what.rawValue)"
    case .pixels(let name): "damaged: the images of class \(name) do not have their digest"
    }
  }
}
