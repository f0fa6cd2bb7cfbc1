import Locks

/// A value that is made when it is first asked for, once for all threads and copies.
final class Once<Value: Sendable>: Sendable {
  private let value = Locked<Value?>(nil)
  private let make: @Sendable () -> Value

  init(_ make: @escaping @Sendable () -> Value) { self.make = make }

  func callAsFunction() -> Value {
    value.withLock { value in
      let made = value ?? make()
      value = made
      return made
    }
  }
}
