import CArchive
import CJPEG
import Datasets
import Episodes
import Foundation
import NDArrays

/// Everything that reads images from files, fed with sound files after some changes.
///
/// A file must be refused with an error, or what is read from it must hold together.
struct ImagesTarget: FuzzTarget {
  static let name = "images"
  private static let inputsPerRound = 200

  private let folder: URL
  private let set: [UInt8]
  private let pictures: [[UInt8]]
  private let archive: [UInt8]
  private var outcomes: [String: Int] = [:]

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "fuzz-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let bitmaps = [1, 3].map { channels in
      let shape = ImageShape(height: 9, width: 13, channels: channels)
      return Bitmap((0..<shape.byteCount).map { UInt8($0 * 7 % 256) }, shape: shape)
    }
    pictures = try bitmaps.map { try $0.png() } + [jpeg(bitmaps[1])]
    archive = try zip(pictures, in: folder)
    let source = folder.appending(path: "archive.zip")
    try Data(archive).write(to: source)
    _ = try Self.imported(source, to: folder.appending(path: "set"))
    set = Array(try Data(contentsOf: folder.appending(path: "set")))
  }

  mutating func round(_ key: RandomKey, show: (() -> String) -> Void) throws {
    var random = key.stream
    for _ in 0..<Self.inputsPerRound {
      let kind = random.below(8)
      let sound = kind < 4 ? pictures[random.below(pictures.count)] : kind < 7 ? set : archive
      var bytes = sound
      for _ in 0..<1 + random.below(4) { bytes = bytes.mutated(&random) }
      if kind == 5 || kind == 6 { bytes = sealed(bytes) }
      show { bytes.map { String(format: "%02x", $0) }.joined() }
      let outcome = kind < 4 ? picture(bytes) : kind < 7 ? try open(bytes) : unpack(bytes)
      outcomes[outcome, default: 0] += 1
    }
  }

  var summary: [String] {
    outcomes.sorted { $0.key < $1.key }.map { outcome, count in "\(count)\t\(outcome)" }
  }
}

// MARK: - What is tried

extension ImagesTarget {
  /// A bitmap whose bytes do not fill its shape traps.
  private func picture(_ bytes: [UInt8]) -> String {
    do throws(ImageFault) {
      _ = try Bitmap(decoding: bytes)
      return "a picture"
    } catch {
      return "picture: \(label(error))"
    }
  }

  private func open(_ bytes: [UInt8]) throws -> String {
    let path = try write(bytes, "input.images")
    do throws(ImageSetError) {
      let set = try ImageSet(opening: path)
      for (index, each) in set.header.classes.enumerated() {
        for image in 0..<each.imageCount { _ = set.pixels(ofClass: index, image: image) }
      }
      return "a set"
    } catch {
      if case .refused(_, let damage) = error { return "set: \(label(damage))" }
      throw Finding(text: "\(error)")
    }
  }

  private func unpack(_ bytes: [UInt8]) -> String {
    do {
      let path = URL(filePath: try write(bytes, "input.zip"))
      let report = try Self.imported(path, to: folder.appending(path: "unpacked"))
      return "an archive, \(report.unreadable.isEmpty ? "whole" : "with losses")"
    } catch {
      return "archive: \(label(error))"
    }
  }

  private static func imported(_ source: URL, to target: URL) throws -> ImportReport {
    let found = try ImageImport(
      omniglot: [source.path],
      splitting: .fractions(train: 1, validation: 0, test: 1, RandomKey(seed: 1)),
      format: ImageFormat(size: .init(width: 5, height: 4), colors: .grey, ink: .inverted))
    return try found.write(to: target.path) { _ in }
  }

  private func write(_ bytes: [UInt8], _ name: String) throws -> String {
    let file = folder.appending(path: name)
    try Data(bytes).write(to: file)
    return file.path
  }

  /// The case alone: texts and numbers come from the file.
  private func label(_ error: any Error) -> String {
    Mirror(reflecting: error).children.first?.label ?? "\(error)"
  }

  /// The bytes of a file of images with the digests that belong to them, so that what they say is
  /// looked at.
  private func sealed(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.count > 64 else { return bytes }
    var result = bytes
    let start = Int(min(UInt64(bytes.count), number(bytes, at: 16)))
    put(ContentDigest(Array(bytes[start...])).value, at: 32, in: &result)
    put(UInt64(bytes.count - start), at: 24, in: &result)
    put(ContentDigest(Array(result[..<56])).value, at: 56, in: &result)
    return result
  }

  private func number(_ bytes: [UInt8], at place: Int) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(bytes[place + $1]) << (8 * $1) }
  }

  private func put(_ value: UInt64, at place: Int, in bytes: inout [UInt8]) {
    for byte in 0..<8 { bytes[place + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
  }
}

// MARK: - Sound files

private func jpeg(_ bitmap: Bitmap) throws -> [UInt8] {
  guard let encoder = tjInitCompress() else { throw Finding(text: "no JPEG encoder") }
  defer { tjDestroy(encoder) }
  var file: UnsafeMutablePointer<UInt8>?
  defer { tjFree(file) }
  var count: UInt = 0
  let result = tjCompress2(
    encoder, bitmap.bytes, Int32(bitmap.shape.width), 0, Int32(bitmap.shape.height),
    Int32(TJPF_RGB.rawValue), &file, &count, Int32(TJSAMP_420.rawValue), 80, 0)
  guard result == 0 else { throw Finding(text: "no JPEG file") }
  return Array(UnsafeBufferPointer(start: file, count: Int(count)))
}

/// The pictures as images of two classes.
private func zip(_ pictures: [[UInt8]], in folder: URL) throws -> [UInt8] {
  let file = folder.appending(path: "sound.zip")
  guard let archive = archive_write_new() else { throw Finding(text: "no archive") }
  defer { archive_write_free(archive) }
  archive_write_set_format_zip(archive)
  archive_write_open_filename(archive, file.path)
  for name in ["a/b/", "a/c/"] {
    for (index, picture) in pictures.enumerated() {
      let entry = archive_entry_new()
      defer { archive_entry_free(entry) }
      archive_entry_set_pathname(entry, "\(name)\(index).png")
      archive_entry_set_size(entry, Int64(picture.count))
      archive_entry_set_filetype(entry, 0o100000)
      archive_entry_set_perm(entry, 0o644)
      archive_write_header(archive, entry)
      archive_write_data(archive, picture, picture.count)
    }
  }
  archive_write_close(archive)
  return Array(try Data(contentsOf: file))
}
