import Glibc

/// Keys handed from one process to another over a pipe, which nobody else can read.
extension KeyPair {
  /// Writes the secret, 40 characters of Z85 and a line's end.
  ///
  /// - Returns: whether it was written; otherwise who reads has gone.
  public func hand(to descriptor: Int32) -> Bool {
    secret.withText { text in
      withWipedBytes(text.count + 1) { line in
        line.copyBytes(from: text)
        line[text.count] = UInt8(ascii: "\n")
        return Glibc.write(descriptor, line.baseAddress, line.count) == line.count
      }
    }
  }

  /// Reads what ``hand(to:)`` wrote, and nothing that comes after it.
  ///
  /// - Parameter patience: how long it may take.
  public init(handedBy descriptor: Int32, within patience: Duration) throws(KeyError) {
    self = try withWipedBytes(CurveKey.textCount + 1) { (line) throws(KeyError) in
      let deadline = ContinuousClock().now + patience
      var count = 0
      while count < line.count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: line[count...])
        guard let found = readOnce(descriptor, rest, until: deadline) else { throw .notAKey(nil) }
        count += found
      }
      return try KeyPair(secret: UnsafeRawBufferPointer(rebasing: line.dropLast()))
    }
  }
}

/// How many bytes came; `nil` if none will, or none came in time.
private func readOnce(
  _ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer,
  until deadline: ContinuousClock.Instant
) -> Int? {
  let left = ContinuousClock().now.duration(to: deadline) / .milliseconds(1)
  var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
  guard left > 0, poll(&entry, 1, Int32(min(left, 1e6))) > 0 || errno == EINTR else { return nil }
  guard entry.revents != 0 else { return 0 }
  let count = read(descriptor, bytes.baseAddress, bytes.count)
  return count > 0 ? count : nil
}
