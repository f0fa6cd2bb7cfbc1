import CArchive
import CJPEG
import Datasets
import Episodes
import Files
import Foundation
import Testing

/// A folder that is gone when the test is over.
struct Scratch: ~Copyable {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  /// Writes a file in the folder, and the folders that its name asks for.
  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    let file = URL(filePath: path).appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      print("left \(path) behind: \(error)")
    }
  }
}

/// A small image that differs from those of other seeds.
func sample(_ seed: Int, height: Int = 6, width: Int = 5, channels: Int = 3) -> Bitmap {
  let shape = ImageShape(height: height, width: width, channels: channels)
  return Bitmap((0..<shape.byteCount).map { UInt8(($0 * 37 + seed * 11) % 256) }, shape: shape)
}

/// An image of one colour.
func plain(_ color: [UInt8], height: Int, width: Int) -> Bitmap {
  let shape = ImageShape(height: height, width: width, channels: color.count)
  return Bitmap((0..<height * width).flatMap { _ in color }, shape: shape)
}

extension Bitmap {
  /// The image of three channels as a JPEG file of the best quality.
  func jpeg() throws -> [UInt8] {
    let encoder = try #require(tjInitCompress())
    defer { tjDestroy(encoder) }
    var file: UnsafeMutablePointer<UInt8>?
    defer { tjFree(file) }
    var count: UInt = 0
    let result = tjCompress2(
      encoder, bytes, Int32(shape.width), 0, Int32(shape.height), Int32(TJPF_RGB.rawValue), &file,
      &count, Int32(TJSAMP_444.rawValue), 100, 0)
    try #require(result == 0)
    return Array(UnsafeBufferPointer(start: file, count: Int(count)))
  }
}

/// A zip archive of some files.
func zip(_ files: [(name: String, bytes: [UInt8])], to path: String) throws {
  let archive = try #require(archive_write_new())
  defer { archive_write_free(archive) }
  try #require(archive_write_set_format_zip(archive) == ARCHIVE_OK)
  try #require(archive_write_open_filename(archive, path) == ARCHIVE_OK)
  for file in files {
    let entry = try #require(archive_entry_new())
    defer { archive_entry_free(entry) }
    archive_entry_set_pathname(entry, file.name)
    archive_entry_set_size(entry, Int64(file.bytes.count))
    archive_entry_set_filetype(entry, 0o100000)
    archive_entry_set_perm(entry, 0o644)
    try #require(archive_write_header(archive, entry) == ARCHIVE_OK)
    try #require(archive_write_data(archive, file.bytes, file.bytes.count) == file.bytes.count)
  }
  try #require(archive_write_close(archive) == ARCHIVE_OK)
}

extension ImageSet {
  /// The names of a split's classes.
  func names(of split: Split) -> [String] { header.classes[classes(of: split)].map(\.name) }
}

extension ImageFormat {
  static let colors = ImageFormat(size: nil, colors: .rgb, ink: .asIs)
}
