import Foundation

/// A value that one thread at a time may touch.
///
/// A `Mutex` of the standard library would do as well, but the thread sanitizer does not see it on
/// Linux: it takes whatever the lock protects for a race. It sees this one.
public final class Locked<Value>: @unchecked Sendable {
  private let lock = NSLock()
  private var value: Value

  public init(_ value: sending Value) { self.value = value }

  public func withLock<Result, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    lock.lock()
    defer { lock.unlock() }
    return try body(&value)
  }
}
