import Foundation

/// The new contents of a file while they are being written.
///
/// They go to `path.partial` and are moved into place by `commit`, once they are on the disk; so
/// whoever opens `path`, even after a power cut, finds all of the former contents or all of the new
/// ones. Let go without a commit, they are deleted. One writer at a time for a path; a partial file
/// that a killed writer left behind is overwritten.
public struct ReplacementFile: ~Copyable {
  public let path: String
  private let partial: Descriptor
  private var isCommitted = false

  public init(of path: String) throws(FileError) {
    self.path = path
    partial = try named(path) { () throws(FileError) in
      try Descriptor(
        opening: path + ".partial", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o666)
    }
  }

  deinit { if !isCommitted { unlink(partial.path) } }

  /// Writes `bytes` after those written before.
  public func write(_ bytes: [UInt8]) throws(FileError) {
    try named(path) { () throws(FileError) in try partial.write(bytes) }
  }

  /// Writes `bytes` over those from the beginning on. What is written next follows them.
  public func rewrite(_ bytes: [UInt8]) throws(FileError) {
    if lseek(partial.number, 0, SEEK_SET) != 0 { throw FileError(path: path, errno: errno) }
    try write(bytes)
  }

  /// Makes what was written the contents of `path`.
  ///
  /// - Parameter previous: where the former file, if there is one, is moved before the new one takes
  ///   its place. Between the two moves, a reader finds it there and nothing at `path`.
  /// - Throws: on any failure. The former files are then as they were, but for a failure of the
  ///   second move.
  public consuming func commit(keeping previous: String? = nil) throws(FileError) {
    try named(path) { () throws(FileError) in try partial.synchronize() }
    if let previous, exists(path) { try move(path, to: previous) }
    try named(path) { () throws(FileError) in try move(partial.path, to: path) }
    isCommitted = true
    try synchronizeFolder(of: path)
  }
}

/// Runs `work` on the partial file of `path`; its errors speak of `path`, which the user knows.
private func named<Result: ~Copyable>(
  _ path: String, _ work: () throws(FileError) -> Result
) throws(FileError) -> Result {
  do { return try work() } catch { throw FileError(error, at: path) }
}

extension FileError {
  /// The same failure of a file that the user knows by another name.
  fileprivate init(_ error: FileError, at path: String) {
    switch error {
    case .missing: self = .missing(path: path)
    case .permission: self = .permission(path: path)
    case .readOnly: self = .readOnly(path: path)
    case .diskFull: self = .diskFull(path: path)
    case .other(_, let code): self = .other(path: path, errno: code)
    }
  }
}
