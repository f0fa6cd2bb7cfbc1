public import NDArrays

/// One thing that a coordinator or a worker says; what each means is told in `proto/outerloop.proto`.
public enum Message: Equatable, Sendable {
  case hello(Hello)
  case welcome(Welcome)
  case refusal(Refusal)
  case parameters(Parameters)
  case taskBatch(TaskBatch)
  case metaGradient(MetaGradient)
  case ping(Ping)
  case pong
  case goodbye(Goodbye)
}

/// A message and the run that it belongs to.
public struct Packet: Equatable, Sendable {
  /// Zero from a worker that was not welcomed yet.
  public var run: UInt64
  /// How often the run's coordinator has been started; zero as above.
  public var epoch: UInt32
  public var message: Message

  public init(run: UInt64, epoch: UInt32, _ message: Message) {
    (self.run, self.epoch, self.message) = (run, epoch, message)
  }
}

/// An array of numbers, by name.
public struct NamedArray: Equatable, Sendable {
  /// Visible ASCII characters, no space.
  public var name: String
  /// In the form in which they travel.
  public var values: PackedArray

  public init(_ name: String, _ values: PackedArray) { (self.name, self.values) = (name, values) }

  public init(_ name: String, _ array: NDArray) { self.init(name, .floats(array)) }

  public var array: NDArray { values.unpacked }
}

extension PackedArray {
  /// Calls `body` with the bytes that travel.
  func withUnsafeBytes<R, E>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    switch self {
    case .floats(let array):
      try array.elements.withUnsafeBufferPointer { (values) throws(E) in
        try body(UnsafeRawBufferPointer(values))
      }
    case .pixels(let bytes, _):
      try bytes.withUnsafeBufferPointer { (bytes) throws(E) in
        try body(UnsafeRawBufferPointer(bytes))
      }
    }
  }
}
