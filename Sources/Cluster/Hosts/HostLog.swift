import Files
import Foundation

/// The file of all that a host said. Belongs to one thread.
struct HostLog {
  let path: String
  let handle: FileHandle
  /// Where the current attempt's words begin.
  private var start: UInt64 = 0

  init(_ path: String) throws(FileError) {
    self.path = path
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(path: path, errno: errno) }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  /// From now on, ``lastLines(_:)`` are of what comes.
  mutating func begin() { start = size }

  private var size: UInt64 {
    var status = stat()
    return fstat(handle.fileDescriptor, &status) == 0 ? UInt64(status.st_size) : start
  }

  /// The last `count` lines since ``begin()``, or fewer; a log that cannot be read has none.
  func lastLines(_ count: Int) -> [String] {
    let most: UInt64 = 4096
    let end = size
    guard end > start, let file = FileHandle(forReadingAtPath: path) else { return [] }
    let offset = max(start, end > most ? end - most : 0)
    guard (try? file.seek(toOffset: offset)) != nil, let data = try? file.readToEnd() else {
      return []
    }
    return String(decoding: data, as: UTF8.self).split { $0.isNewline }
      .map(printable).filter { !$0.isEmpty }.suffix(count).map { String($0.prefix(300)) }
  }
}

/// What another machine said, without what would move a terminal's cursor.
private func printable(_ line: Substring) -> String {
  String(String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }))
    .trimmingCharacters(in: .whitespaces)
}
