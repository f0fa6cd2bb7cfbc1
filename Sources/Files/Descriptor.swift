public import Foundation

/// An open file, closed when its owner lets go. Programs started from here do not inherit it.
public struct Descriptor: ~Copyable, Sendable {
  public let number: Int32
  /// What errors call the file.
  public let path: String

  /// - Parameter mode: the permissions of a file that this call creates, before the umask.
  public init(opening path: String, _ flags: Int32, mode: mode_t) throws(FileError) {
    self.path = path
    number = try Self.number(opening: path, flags, mode)
  }

  private static func number(
    opening path: String, _ flags: Int32, _ mode: mode_t
  ) throws(FileError) -> Int32 {
    if flags & O_TRUNC != 0 { try FileOperation.announce(.create(path)) }
    let number = retrying { open(path, flags | O_CLOEXEC, mode) }
    guard number >= 0 else { throw FileError(path: path, errno: errno) }
    return number
  }

  deinit { close(number) }

  public func size() throws(FileError) -> Int {
    var status = stat()
    try check(fstat(number, &status))
    return Int(status.st_size)
  }

  /// The bytes from the current position to the end.
  public func readToEnd() throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: max(try size(), 4096))
    while true {
      let count = retrying { read(number, &chunk, chunk.count) }
      try check(count)
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }

  /// All of `bytes`, or an error after which any number of them may have been written.
  public func write(_ bytes: [UInt8]) throws(FileError) {
    try FileOperation.announce(.write(path, bytes))
    var start = 0
    while start < bytes.count {
      let count = bytes.withUnsafeBytes { all in
        let rest = UnsafeRawBufferPointer(rebasing: all[start...])
        return retrying { Foundation.write(number, rest.baseAddress, rest.count) }
      }
      try check(count)
      start += count
    }
  }

  /// All of `bytes` after those of a file opened to be appended to, or none of them and an error.
  public func append(_ bytes: [UInt8]) throws(FileError) {
    let before = try size()
    do { try write(bytes) } catch {
      try truncate(to: before)
      throw error
    }
  }

  /// Cuts the file off after its first `count` bytes.
  public func truncate(to count: Int) throws(FileError) {
    try FileOperation.announce(.truncate(path, count: count))
    try check(retrying { ftruncate(number, off_t(count)) })
  }

  /// Returns when the file has reached the disk. Pipes and some network folders know no such thing
  /// and say `EINVAL`, which is as good as they get.
  public func synchronize() throws(FileError) {
    try FileOperation.announce(.synchronize(path))
    try flush()
  }

  /// The same of a folder: the names in it.
  func synchronizeFolder() throws(FileError) { try flush() }

  private func flush() throws(FileError) {
    guard retrying({ fsync(number) }) != 0, errno != EINVAL else { return }
    throw FileError(path: path, errno: errno)
  }

  /// Whether this process now holds the file's lock, which no other open of it can then have.
  public func tryLock() throws(FileError) -> Bool {
    if retrying({ flock(number, LOCK_EX | LOCK_NB) }) == 0 { return true }
    if errno == EWOULDBLOCK { return false }
    throw FileError(path: path, errno: errno)
  }

  private func check(_ result: some SignedInteger) throws(FileError) {
    if result < 0 { throw FileError(path: path, errno: errno) }
  }
}

/// Repeats a system call that a signal interrupted.
private func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}
