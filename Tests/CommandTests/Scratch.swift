import Foundation

/// A folder that is gone when nobody holds it any more.
final class Scratch {
  let path: String

  init() throws {
    let name = UUID().uuidString.prefix(8)
    let folder = FileManager.default.temporaryDirectory.appending(path: "outerloop-test-\(name)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      print("left \(path) behind: \(error)")
    }
  }

  func file(_ name: String) -> String { path + "/" + name }

  func newFile(_ name: String) throws -> FileHandle {
    guard FileManager.default.createFile(atPath: file(name), contents: nil),
      let handle = FileHandle(forWritingAtPath: file(name))
    else { throw Missing("a new file \(file(name))") }
    return handle
  }

  /// The text of a file; empty if there is none.
  func text(_ name: String) -> String {
    String(decoding: FileManager.default.contents(atPath: file(name)) ?? Data(), as: UTF8.self)
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(filePath: file(name)))
  }
}
