#if ImageFiles
  import CArchive
  import Foundation

  /// The images in an archive of any common kind, in memory, still encoded.
  ///
  /// An image whose bytes cannot be had is returned with the reason.
  func sourceImages(inArchive path: String) throws(ImportError) -> [SourceImage] {
    guard let archive = archive_read_new() else {
      throw .archive(path: path, "no memory to read it")
    }
    defer { archive_read_free(archive) }
    archive_read_support_filter_all(archive)
    archive_read_support_format_all(archive)
    guard archive_read_open_filename(archive, path, 1 << 16) == ARCHIVE_OK else {
      throw .archive(path: path, words(of: archive))
    }
    var (images, byteCount): ([SourceImage], Int) = ([], 0)
    while let entry = try nextEntry(of: archive, path) {
      guard let image = sourceImage(entry, of: archive, path) else { continue }
      byteCount += image.heldByteCount
      guard byteCount <= mostBytes else {
        throw .archive(path: path, "more than \(mostBytes) bytes of images; unpack it first")
      }
      images.append(image)
    }
    return images
  }

  extension SourceImage {
    /// What it takes of memory.
    fileprivate var heldByteCount: Int {
      if case .bytes(let bytes) = contents { bytes.count } else { 0 }
    }
  }

  private func nextEntry(
    of archive: OpaquePointer, _ path: String
  ) throws(ImportError) -> OpaquePointer? {
    var entry: OpaquePointer?
    switch archive_read_next_header(archive, &entry) {
    case ARCHIVE_OK, ARCHIVE_WARN: return entry
    case ARCHIVE_EOF: return nil
    default: throw .archive(path: path, words(of: archive))
    }
  }

  private func sourceImage(
    _ entry: OpaquePointer, of archive: OpaquePointer, _ path: String
  ) -> SourceImage? {
    guard let name = archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry) else {
      return nil
    }
    var parts = String(cString: name).split(separator: "/").map(String.init)
    guard let fileName = parts.popLast(), SourceImage.isImage(named: fileName),
      archive_entry_filetype(entry) == regularFile
    else { return nil }
    let location = "\(path): \((parts + [fileName]).joined(separator: "/"))"
    return SourceImage(
      folders: parts, fileName: fileName, location: location, contents: contents(of: archive))
  }

  /// The bytes of the entry that was just met.
  private func contents(of archive: OpaquePointer) -> SourceImage.Contents {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= longestEntry {
      let count = archive_read_data(archive, &chunk, chunk.count)
      if count == 0 { return .bytes(bytes) }
      guard count > 0 else { return .fault(.undecodable(words(of: archive))) }
      bytes += chunk[..<count]
    }
    return .fault(.undecodable("longer than \(longestEntry) bytes"))
  }

  private func words(of archive: OpaquePointer) -> String {
    archive_error_string(archive).map { String(cString: $0) } ?? "not an archive"
  }

  /// `AE_IFREG`.
  private let regularFile: mode_t = 0o100000
  private let longestEntry = 1 << 28
  /// Of all images together, which are in memory at once.
  private let mostBytes = 1 << 31
#endif
