import Files
import Foundation
import Locks

/// Watches what is done to files, and knows what a power cut may leave of it.
///
/// Bytes last once their file was synchronised, and any beginning of those written since may; names last
/// once their folder was, and any of the later moves may, whichever came first.
final class RecordedDisk: Sendable {
  private let operations = Locked<[FileOperation]>([])

  /// Everything that `work` did.
  func recording(_ work: () throws -> Void) throws -> [FileOperation] {
    operations.withLock { $0 = [] }
    try FileOperation.$gate.withValue(
      { operation in self.operations.withLock { $0.append(operation) } }, operation: work)
    return operations.withLock { $0 }
  }
}

/// The names and bytes of a folder's files.
typealias FolderContents = [String: [UInt8]]

/// A folder, as those see it that use it, and as it is on the disk.
struct DiskModel {
  private struct File {
    var bytes: [UInt8] = []
    /// How many of the bytes are on the disk.
    var lasting = 0
  }

  /// All files that ever were, by number.
  private var files: [File] = []
  private var names: [String: Int] = [:]
  private var lastingNames: [String: Int] = [:]
  /// What was done to names since the folder was synchronised.
  private var pending: [(from: String?, to: String, file: Int)] = []

  mutating func perform(_ operation: FileOperation) {
    switch operation {
    case .create(let name):
      files.append(File())
      enter(nil, name, files.count - 1)
    case .write(let name, let bytes):
      if let file = names[name] { files[file].bytes += bytes }
    case .truncate(let name, let count):
      guard let file = names[name] else { break }
      files[file].bytes.removeLast(files[file].bytes.count - count)
      files[file].lasting = min(files[file].lasting, count)
    case .synchronize(let name):
      if let file = names[name] { files[file].lasting = files[file].bytes.count }
    case .move(let name, let other):
      if let file = names[name] { enter(name, other, file) }
    case .remove(let name): names[name] = nil
    case .synchronizeFolder: (lastingNames, pending) = (names, [])
    }
  }

  private mutating func enter(_ from: String?, _ to: String, _ file: Int) {
    if let from { names[from] = nil }
    names[to] = file
    pending.append((from, to, file))
  }

  /// What may be found after a power cut.
  var remains: [FolderContents] {
    (0..<1 << pending.count).flatMap { chosen in
      var found = lastingNames
      for (index, change) in pending.enumerated() where chosen & 1 << index != 0 {
        if let from = change.from, found[from] == change.file { found[from] = nil }
        found[change.to] = change.file
      }
      return [0, 1, 2].map { part in found.mapValues { torn(files[$0], part) } }
    }
  }

  /// What lasts for sure, and nothing, half, or all of what was written since.
  private func torn(_ file: File, _ part: Int) -> [UInt8] {
    let loose = file.bytes.count - file.lasting
    return Array(file.bytes.prefix(file.lasting + loose * part / 2))
  }
}
