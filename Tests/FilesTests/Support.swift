import Foundation

/// A folder that is gone when the test is over.
struct Scratch: ~Copyable {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
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
}

/// The bytes of a file that is kept beside the tests.
func golden(_ name: String) throws -> [UInt8] {
  let folder = Bundle.module.bundleURL.appending(path: "Golden")
  return Array(try Data(contentsOf: folder.appending(path: name)))
}
