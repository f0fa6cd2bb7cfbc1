public import Files

/// A checkpoint that was found on disk.
public struct LoadedCheckpoint: Equatable, Sendable {
  public var checkpoint: Checkpoint
  public var path: String
  /// Why a newer file was passed over.
  public var passedOver: LoadError?

  public init(checkpoint: Checkpoint, path: String, passedOver: LoadError? = nil) {
    (self.checkpoint, self.path, self.passedOver) = (checkpoint, path, passedOver)
  }
}

/// Why no checkpoint came from a path.
public enum LoadError: Error, Equatable {
  case file(FileError)
  /// A run's folder, before the first checkpoint.
  case noneYet(path: String)
  case unreadable(path: String, CheckpointError)
}

extension LoadError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .noneYet(let path): "\(path): no checkpoint was written here yet"
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

extension LoadedCheckpoint {
  /// The checkpoint at `path`; or, of the run whose folder it is, the best one if there was a
  /// validation, and else the newest.
  public init(at path: String) throws(LoadError) {
    guard isFolder(path) else {
      self.init(checkpoint: try Checkpoint(contentsOf: path), path: path, passedOver: nil)
      return
    }
    let files = RunFiles(path)
    guard !exists(files.bestCheckpoint) else {
      try self.init(at: files.bestCheckpoint)
      return
    }
    guard let latest = try files.latestCheckpoint() else { throw .noneYet(path: path) }
    self = latest
  }
}
