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

/// A file system of 64 KiB, where this process may make one.
struct SmallDisk: ~Copyable {
  private let scratch: Scratch
  var path: String { scratch.path }

  static func make() throws -> SmallDisk {
    let scratch = try Scratch()
    try check(mount("none", scratch.path, "tmpfs", 0, "size=65536"))
    return SmallDisk(scratch: scratch)
  }

  private init(scratch: consuming Scratch) { self.scratch = scratch }

  static let canBeMade: Bool = {
    do {
      _ = try make()
      return true
    } catch {
      return false
    }
  }()

  deinit { umount2(path, Int32(MNT_DETACH)) }

  func becomeReadOnly() throws {
    try Self.check(mount("none", path, nil, UInt(MS_REMOUNT | MS_RDONLY), nil))
  }

  private static func check(_ result: Int32) throws {
    if result != 0 { throw POSIXError(POSIXError.Code(rawValue: errno) ?? .EIO) }
  }
}
