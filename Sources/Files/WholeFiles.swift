import Foundation

/// The bytes of a file.
public func readFile(_ path: String) throws(FileError) -> [UInt8] {
  try Descriptor(opening: path, O_RDONLY, mode: 0).readToEnd()
}

/// Makes `bytes` the contents of `path`, all or nothing: see `ReplacementFile`.
///
/// - Parameter previous: where the former file, if there is one, is moved before.
public func writeAtomically(
  _ bytes: [UInt8], to path: String, keeping previous: String? = nil
) throws(FileError) {
  let file = try ReplacementFile(of: path)
  try file.write(bytes)
  try file.commit(keeping: previous)
}

/// Makes `bytes` the contents of `path` for whoever opens it from now on, all or nothing, as long as
/// the machine runs: after a power cut there may be neither the former contents nor the new ones.
public func replaceFile(_ path: String, with bytes: [UInt8]) throws(FileError) {
  let partial = path + ".partial"
  try Descriptor(opening: partial, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o666)
    .write(bytes)
  try move(partial, to: path)
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
  try FileOperation.announce(.move(path, to: other))
  if rename(path, other) != 0 { throw FileError(path: path, errno: errno) }
}

/// A new name is on the disk only once its folder is.
func synchronizeFolder(of path: String) throws(FileError) {
  let folder = folder(of: path)
  try FileOperation.announce(.synchronizeFolder(folder))
  try Descriptor(opening: folder, O_RDONLY | O_DIRECTORY, mode: 0).synchronizeFolder()
}

/// Where `path` is, which for a plain name is the working folder.
private func folder(of path: String) -> String {
  let trimmed = path.reversed().drop { $0 == "/" }
  guard let slash = trimmed.firstIndex(of: "/") else { return path.hasPrefix("/") ? "/" : "." }
  let parent = String(trimmed[slash...].drop { $0 == "/" }.reversed())
  return parent.isEmpty ? "/" : parent
}
