public import Files

/// A checkpoint that was found on disk.
public struct LoadedCheckpoint: Equatable, Sendable {
  public var checkpoint: Checkpoint
  public var path: String
  /// Why a newer file was passed over.
  public var passedOver: LoadError?
}

/// Why no checkpoint came from a path.
public enum LoadError: Error, Equatable {
  case file(FileError)
  case unreadable(path: String, CheckpointError)
}

extension LoadError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .unreadable(let path, let error): "\(path): \(error)"
    }
  }
}

extension Checkpoint {
  public init(contentsOf path: String) throws(LoadError) {
    let bytes: [UInt8]
    do { bytes = try readFile(path) } catch { throw .file(error) }
    do { try self.init(decoding: bytes) } catch { throw .unreadable(path: path, error) }
  }
}
