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
  /// How the numbers travel.
  public enum Form: Equatable, Sendable {
    case floats
    /// A byte each. Every element is `Float(pixel:)` of one, and comes back as the same bits.
    case pixels
  }

  /// Visible ASCII characters, no space.
  public var name: String
  public var array: NDArray
  public var form: Form

  public init(_ name: String, _ array: NDArray, as form: Form = .floats) {
    (self.name, self.array, self.form) = (name, array, form)
  }

  /// The bytes that travel.
  var payload: Payload {
    switch form {
    case .floats: .floats(array.elements)
    case .pixels: .pixels([UInt8](pixels: array.elements))
    }
  }
}

/// What a tensor is made of on the wire.
enum Payload {
  case floats([Float])
  case pixels([UInt8])

  func withUnsafeBytes<R, E>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    switch self {
    case .floats(let values):
      try values.withUnsafeBufferPointer { (values) throws(E) in
        try body(UnsafeRawBufferPointer(values))
      }
    case .pixels(let bytes):
      try bytes.withUnsafeBufferPointer { (bytes) throws(E) in
        try body(UnsafeRawBufferPointer(bytes))
      }
    }
  }
}
