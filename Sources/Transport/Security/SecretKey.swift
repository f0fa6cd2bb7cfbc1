import CZeroMQ
import Glibc

/// A secret key of Curve25519, in memory that is wiped when nobody holds it any more.
///
/// It is never copied into a string or an array, and printing it says nothing.
public final class SecretKey: @unchecked Sendable {
  /// Written before the key is handed out, and never after.
  private let memory: UnsafeMutableRawBufferPointer

  /// Lets `fill` write the key.
  private init(filledBy fill: (UnsafeMutableRawBufferPointer) -> Bool) throws(KeyError) {
    memory = .allocate(byteCount: CurveKey.byteCount, alignment: 16)
    guard fill(memory) else { throw .notAKey(nil) }
  }

  deinit {
    memory.wipe()
    memory.deallocate()
  }

  func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    body(UnsafeRawBufferPointer(memory))
  }
}

extension SecretKey {
  /// Reads 40 characters of Z85.
  convenience init(text: UnsafeRawBufferPointer) throws(KeyError) {
    try self.init { memory in
      guard text.count == CurveKey.textCount else { return false }
      return withWipedBytes(CurveKey.textCount + 1) { string in
        string.copyMemory(from: text)
        let bytes = memory.assumingMemoryBound(to: UInt8.self)
        return zmq_z85_decode(bytes.baseAddress, string.assumingMemoryBound(to: CChar.self).start)
          != nil
      }
    }
  }

  /// Calls `body` with the key's 40 characters of Z85.
  func withText<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withWipedBytes(CurveKey.textCount + 1) { (string) throws(Failure) in
      zmq_z85_encode(
        string.assumingMemoryBound(to: CChar.self).start,
        memory.assumingMemoryBound(to: UInt8.self).baseAddress, memory.count)
      return try body(UnsafeRawBufferPointer(rebasing: string[..<CurveKey.textCount]))
    }
  }
}
