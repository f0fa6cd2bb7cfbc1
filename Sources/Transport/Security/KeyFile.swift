import Files
import Glibc

/// Files of keys: a line `public KEY`, and in files of mode 0600 a line `secret KEY` as well.
extension KeyPair {
  /// Reads a file that nobody but its owner, who must be this process's user or root, may read.
  public init(contentsOf path: String) throws(KeyError) {
    let file = try failing { () throws(FileError) in
      try Descriptor(opening: path, O_RDONLY | O_NOCTTY | O_NONBLOCK, mode: 0)
    }
    try file.checkIsPrivate()
    self = try withWipedBytes(Self.mostBytes + 1) { (bytes) throws(KeyError) in
      let count = read(file.number, bytes.baseAddress, bytes.count)
      guard count >= 0 else { throw .file(FileError(path: path, errno: errno)) }
      guard count <= Self.mostBytes else {
        throw .malformed(path: path, line: 1, expected: "a key")
      }
      return try KeyPair(file: UnsafeRawBufferPointer(rebasing: bytes[..<count]), path)
    }
  }

  /// Writes the pair to a new file of mode 0600, which is there whole or not at all.
  public func write(to path: String) throws(KeyError) {
    let warning = "# The secret key of a machine of Outerloop: whoever has it can pass for it."
    let head = Array("\(warning)\npublic \(publicKey)\nsecret ".utf8)
    try secret.withText { (text) throws(KeyError) in
      try withWipedBytes(head.count + text.count + 1) { (bytes) throws(KeyError) in
        bytes.copyBytes(from: head)
        UnsafeMutableRawBufferPointer(rebasing: bytes[head.count...]).copyBytes(from: text)
        bytes[bytes.count - 1] = UInt8(ascii: "\n")
        try writeNewFile(path, mode: 0o600) {
          Glibc.write($0, bytes.baseAddress, bytes.count) == bytes.count
        }
      }
    }
  }

  private static let mostBytes = 4096

  private init(file bytes: UnsafeRawBufferPointer, _ path: String) throws(KeyError) {
    let start = Array("secret ".utf8)
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard let index = lines.firstIndex(where: { $0.starts(with: start) }) else {
      throw .malformed(path: path, line: lines.count, expected: "a line \"secret KEY\"")
    }
    let text = UnsafeRawBufferPointer(rebasing: lines[index].dropFirst(start.count))
    do { try self.init(secret: text) } catch {
      throw .malformed(
        path: path, line: index + 1, expected: "40 characters of Z85 after \"secret\"")
    }
  }
}

extension CurveKey {
  /// Reads the `public` line of a file of keys.
  public init(contentsOf path: String) throws(KeyError) {
    let bytes = try failing { () throws(FileError) in try readFile(path) }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let start = Array("public ".utf8)
    guard let index = lines.firstIndex(where: { $0.starts(with: start) }) else {
      throw .malformed(path: path, line: lines.count, expected: "a line \"public KEY\"")
    }
    let text = String(decoding: lines[index].dropFirst(start.count), as: UTF8.self)
    guard let key = CurveKey(text) else {
      throw .malformed(
        path: path, line: index + 1, expected: "40 characters of Z85 after \"public\"")
    }
    self = key
  }

  /// Writes the key to a new file that all may read.
  public func write(to path: String) throws(KeyError) {
    let bytes = Array(
      "# The public key of a machine of Outerloop; no secret.\npublic \(self)\n".utf8)
    try writeNewFile(path, mode: 0o644) { Glibc.write($0, bytes, bytes.count) == bytes.count }
  }
}

extension Descriptor {
  fileprivate borrowing func checkIsPrivate() throws(KeyError) {
    var status = stat()
    guard fstat(number, &status) == 0 else { throw .file(FileError(path: path, errno: errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
    let mode = status.st_mode & 0o7777
    // A file of root's, for a process that is not root's, may be readable by the group that root has
    // put the process into: that is how clusters hand out secrets.
    let others: mode_t = status.st_uid == 0 && geteuid() != 0 ? 0o037 : 0o077
    guard mode & others == 0 else { throw .open(path: path, mode: mode) }
    guard status.st_uid == geteuid() || status.st_uid == 0 else {
      throw .foreign(path: path, owner: status.st_uid)
    }
  }
}

/// Writes beside the path first and then links the file there, which fails if there is one.
private func writeNewFile(
  _ path: String, mode: mode_t, _ isWritten: (Int32) -> Bool
) throws(KeyError) {
  let partial = "\(path).\(getpid()).partial"
  defer { unlink(partial) }
  try failing { () throws(FileError) in
    let file = try Descriptor(
      opening: partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode)
    guard isWritten(file.number) else { throw FileError(path: path, errno: errno) }
    try file.synchronize()
  }
  guard link(partial, path) == 0 else {
    throw errno == EEXIST ? .exists(path: path) : .file(FileError(path: path, errno: errno))
  }
}

private func failing<Result: ~Copyable>(
  _ work: () throws(FileError) -> Result
) throws(KeyError) -> Result {
  do { return try work() } catch { throw .file(error) }
}
