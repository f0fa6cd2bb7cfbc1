import CProtobufC
import CWire

/// Turns frames into packets, in memory that is kept from one to the next unless it is much.
public final class PacketDecoder {
  private let limits: Limits
  private var arena = Arena()

  /// Frames of parameters and images are many times as long, but few; between them it is others who need
  /// the memory.
  private static let keptBytes = 2 * Limits.parsingBytes

  public init(limits: Limits) { self.limits = limits }

  /// The packet that a frame says.
  ///
  /// Takes no more memory than twice the frame and a fixed amount, whatever the bytes are, and
  /// believes none of them: version, checksum, form, text, ranges, shapes and values are checked.
  public func decode(_ frame: UnsafeRawBufferPointer) throws(WireError) -> Packet {
    guard frame.count <= limits.frameBytes else {
      throw .tooLarge(field: "frame", count: frame.count, limit: limits.frameBytes)
    }
    try Seal.check(frame)
    arena.reset(byteCount: frame.count + Limits.parsingBytes)
    defer { arena.release(downTo: Self.keptBytes) }
    guard let envelope = arena.unpack(frame) else { throw .malformed }
    try checkSpelling(of: envelope, in: frame)
    return Packet(
      run: envelope.pointee.run, epoch: envelope.pointee.epoch,
      try Message(envelope.pointee, Reader(limits: limits)))
  }

  /// Passes a frame as long as our own encoding of what was read from it.
  ///
  /// Otherwise something in it was not read: above all what follows a zero inside a text, of which C
  /// sees the beginning only.
  private func checkSpelling(
    of envelope: UnsafeMutablePointer<Outerloop__Envelope>, in frame: UnsafeRawBufferPointer
  ) throws(WireError) {
    envelope.pointee.checksum = 0
    let byteCount = outerloop__envelope__get_packed_size(envelope) + Seal.byteCount
    guard byteCount == frame.count else { throw .malformed }
  }
}

extension Wire {
  /// The packet that a frame says, for whoever decodes but one.
  public static func decode(
    _ frame: [UInt8], limits: Limits = Limits()
  ) throws(WireError) -> Packet {
    try frame.withUnsafeBufferPointer { (frame) throws(WireError) -> Packet in
      try PacketDecoder(limits: limits).decode(UnsafeRawBufferPointer(frame))
    }
  }
}

extension Arena {
  fileprivate mutating func unpack(
    _ frame: UnsafeRawBufferPointer
  ) -> UnsafeMutablePointer<Outerloop__Envelope>? {
    withAllocator { allocator in
      outerloop__envelope__unpack(
        allocator, frame.count, frame.baseAddress?.assumingMemoryBound(to: UInt8.self))
    }
  }
}

extension Message {
  fileprivate init(_ envelope: Outerloop__Envelope, _ reader: Reader) throws(WireError) {
    self =
      switch envelope.message_case {
      case OUTERLOOP__ENVELOPE__MESSAGE_HELLO:
        .hello(try Hello(reader.structure(envelope.hello), reader))
      case OUTERLOOP__ENVELOPE__MESSAGE_WELCOME:
        .welcome(try Welcome(reader.structure(envelope.welcome), reader))
      case OUTERLOOP__ENVELOPE__MESSAGE_REFUSAL:
        .refusal(try Refusal(reader.structure(envelope.refusal), reader))
      case OUTERLOOP__ENVELOPE__MESSAGE_PARAMETERS:
        .parameters(try Parameters(reader.structure(envelope.parameters), reader))
      case OUTERLOOP__ENVELOPE__MESSAGE_TASK_BATCH:
        .taskBatch(try TaskBatch(reader.structure(envelope.task_batch), reader))
      case OUTERLOOP__ENVELOPE__MESSAGE_META_GRADIENT:
        .metaGradient(try MetaGradient(reader.structure(envelope.meta_gradient), reader))
      case OUTERLOOP__ENVELOPE__MESSAGE_PING:
        .ping(try Ping(reader.structure(envelope.ping), reader))
      case OUTERLOOP__ENVELOPE__MESSAGE_PONG: .pong
      case OUTERLOOP__ENVELOPE__MESSAGE_GOODBYE:
        .goodbye(try Goodbye(reader.structure(envelope.goodbye), reader))
      default: throw .missing(field: "message")
      }
  }
}
