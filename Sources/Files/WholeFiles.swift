import Foundation

/// The bytes of a file.
public func readFile(_ path: String) throws(FileError) -> [UInt8] {
  try Descriptor(opening: path, O_RDONLY, mode: 0).readToEnd()
}

/// Makes `bytes` the contents of `path`, so that whoever opens it, even after a power cut, finds
/// all of the former contents or all of the new ones.
///
/// The bytes go to `path.partial` and are moved into place once they are on the disk. One writer
/// at a time for a path; a partial file that a killed writer left behind is overwritten.
///
/// - Parameter previous: where the former file, if there is one, is moved before the new one takes
///   its place. Between the two moves, a reader finds it there and nothing at `path`.
/// - Throws: on any failure. The former files are then as they were, but for a failure of the
///   second move.
public func writeAtomically(
  _ bytes: [UInt8], to path: String, keeping previous: String? = nil
) throws(FileError) {
  let partial = path + ".partial"
  do {
    try create(partial, holding: bytes)
    if let previous, exists(path) { try move(path, to: previous) }
    try move(partial, to: path)
  } catch {
    unlink(partial)
    throw error.path == partial ? FileError(error, at: path) : error
  }
  try synchronizeFolder(of: path)
}

/// Makes a folder, and those above it, unless they are there.
public func createFolder(_ path: String) throws(FileError) {
  if isFolder(path) { return }
  let parent = folder(of: path)
  if parent != path { try createFolder(parent) }
  let code = mkdir(path, 0o777) == 0 ? 0 : errno
  guard code == 0 || code == EEXIST && isFolder(path) else {
    throw FileError(path: path, errno: code)
  }
  try synchronizeFolder(of: path)
}

public func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

public func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Renames a file, replacing whatever had the new name.
public func move(_ path: String, to other: String) throws(FileError) {
  if rename(path, other) != 0 { throw FileError(path: path, errno: errno) }
}

private func create(_ path: String, holding bytes: [UInt8]) throws(FileError) {
  let file = try Descriptor(opening: path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o666)
  try file.write(bytes)
  try file.synchronize()
}

/// A new name is on the disk only once its folder is.
private func synchronizeFolder(of path: String) throws(FileError) {
  try Descriptor(opening: folder(of: path), O_RDONLY | O_DIRECTORY, mode: 0).synchronize()
}

/// Where `path` is, which for a plain name is the working folder.
private func folder(of path: String) -> String {
  let trimmed = path.reversed().drop { $0 == "/" }
  guard let slash = trimmed.firstIndex(of: "/") else { return path.hasPrefix("/") ? "/" : "." }
  let parent = String(trimmed[slash...].drop { $0 == "/" }.reversed())
  return parent.isEmpty ? "/" : parent
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
