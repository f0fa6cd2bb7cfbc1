import Foundation

/// A file's bytes, read from the disk as they are looked at and shared by all who map the file.
///
/// A file that is replaced by another of its name stays as it was. One that is cut short in place
/// ends the process when its lost bytes are looked at, so nobody should.
public final class MappedFile: Sendable {
  public let path: String
  /// Valid as long as this object lives.
  nonisolated(unsafe) public let bytes: UnsafeRawBufferPointer

  public init(_ path: String) throws(FileError) {
    let file = try Descriptor(opening: path, O_RDONLY, mode: 0)
    self.path = path
    let size = try file.size()
    bytes = size == 0 ? UnsafeRawBufferPointer(start: nil, count: 0) : try Self.map(file, size)
  }

  deinit {
    guard let start = bytes.baseAddress else { return }
    munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
  }

  private static func map(
    _ file: borrowing Descriptor, _ size: Int
  ) throws(FileError) -> UnsafeRawBufferPointer {
    let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, file.number, 0)
    guard let start, start != MAP_FAILED else { throw FileError(path: file.path, errno: errno) }
    return UnsafeRawBufferPointer(start: start, count: size)
  }
}
