import Glibc

extension UnsafeMutableRawBufferPointer {
  /// Sets all bytes to zero, which no compiler leaves out.
  func wipe() { if let baseAddress { explicit_bzero(baseAddress, count) } }
}

/// Calls `body` with so many bytes, all zero, and wipes them afterwards.
func withWipedBytes<Result, Failure: Error>(
  _ count: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
) throws(Failure) -> Result {
  let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
  bytes.initializeMemory(as: UInt8.self, repeating: 0)
  defer {
    bytes.wipe()
    bytes.deallocate()
  }
  return try body(bytes)
}

extension UnsafeMutableBufferPointer {
  /// Where the elements begin, of memory that is there.
  var start: UnsafeMutablePointer<Element> {
    guard let baseAddress else { preconditionFailure("memory of no bytes") }
    return baseAddress
  }
}
