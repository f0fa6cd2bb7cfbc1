import Foundation

/// The names in a folder, in the order of their bytes, without those that begin with a dot.
public func listFolder(_ path: String) throws(FileError) -> [String] {
  guard let folder = opendir(path) else { throw FileError(path: path, errno: errno) }
  defer { closedir(folder) }
  var names: [String] = []
  errno = 0
  while let entry = readdir(folder) {
    let name = withUnsafeBytes(of: &entry.pointee.d_name) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    if !name.hasPrefix(".") { names.append(name) }
    errno = 0
  }
  guard errno == 0 else { throw FileError(path: path, errno: errno) }
  return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}
