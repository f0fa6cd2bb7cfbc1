import CProtobufC
import CWire
import NDArrays

/// A packet that is ready to be written; valid only inside `Wire.withEncoding`.
public struct PacketEncoding {
  public let byteCount: Int
  private let envelope: UnsafePointer<ProtobufCMessage>

  fileprivate init(_ envelope: UnsafeMutablePointer<Outerloop__Envelope>) {
    byteCount = outerloop__envelope__get_packed_size(envelope) + Seal.byteCount
    self.envelope = UnsafeRawPointer(envelope).assumingMemoryBound(to: ProtobufCMessage.self)
  }

  /// Fills `frame`, which has `byteCount` bytes.
  public func write(to frame: UnsafeMutableRawBufferPointer) {
    precondition(frame.count == byteCount, "\(frame.count) bytes are not the frame's \(byteCount)")
    protobuf_c_message_pack(envelope, frame.baseAddress?.assumingMemoryBound(to: UInt8.self))
    Seal.seal(frame)
  }
}

extension Wire {
  /// The frame that says `packet`.
  public static func encode(_ packet: Packet) -> [UInt8] {
    withEncoding(of: packet) { encoding in
      [UInt8](unsafeUninitializedCapacity: encoding.byteCount) { frame, count in
        encoding.write(to: UnsafeMutableRawBufferPointer(frame))
        count = encoding.byteCount
      }
    }
  }

  /// Calls `body` with the encoding of `packet`, to be written wherever its frame is wanted: the
  /// floats are copied once, from their arrays to there.
  public static func withEncoding<R, E>(
    of packet: Packet, _ body: (PacketEncoding) throws(E) -> R
  ) throws(E) -> R {
    try withBytes(of: packet.message.payloads) { (payloads) throws(E) -> R in
      var builder = Builder(payloads: payloads)
      defer { builder.deallocate() }
      let envelope = builder.new(outerloop__envelope__init)
      envelope.pointee.protocol = Seal.version
      (envelope.pointee.run, envelope.pointee.epoch) = (packet.run, packet.epoch)
      packet.message.lay(into: &envelope.pointee, with: &builder)
      return try body(PacketEncoding(envelope))
    }
  }
}

/// Calls `body` with the bytes of all payloads, which stay where they are meanwhile.
private func withBytes<R, E>(
  of payloads: [PackedArray], after held: [UnsafeRawBufferPointer] = [],
  _ body: ([UnsafeRawBufferPointer]) throws(E) -> R
) throws(E) -> R {
  guard held.count < payloads.count else { return try body(held) }
  return try payloads[held.count].withUnsafeBytes { (bytes) throws(E) -> R in
    try withBytes(of: payloads, after: held + [bytes], body)
  }
}

extension Message {
  /// What the message's tensors are made of, in the order in which it lays them out.
  fileprivate var payloads: [PackedArray] {
    switch self {
    case .parameters(let parameters): parameters.tensors.map(\.values)
    case .taskBatch(let batch): batch.episodes.map(\.values)
    case .metaGradient(let gradient): gradient.outcome.packed.map { [$0] } ?? []
    case .hello, .welcome, .refusal, .ping, .pong, .goodbye: []
    }
  }

  fileprivate func lay(into envelope: inout Outerloop__Envelope, with builder: inout Builder) {
    switch self {
    case .hello(let hello):
      envelope.message_case = OUTERLOOP__ENVELOPE__MESSAGE_HELLO
      envelope.hello = hello.laidOut(with: &builder)
    case .welcome(let welcome):
      envelope.message_case = OUTERLOOP__ENVELOPE__MESSAGE_WELCOME
      envelope.welcome = welcome.laidOut(with: &builder)
    case .refusal(let refusal):
      envelope.message_case = OUTERLOOP__ENVELOPE__MESSAGE_REFUSAL
      envelope.refusal = refusal.laidOut(with: &builder)
    case .parameters(let parameters):
      envelope.message_case = OUTERLOOP__ENVELOPE__MESSAGE_PARAMETERS
      envelope.parameters = parameters.laidOut(with: &builder)
    case .taskBatch(let batch):
      envelope.message_case = OUTERLOOP__ENVELOPE__MESSAGE_TASK_BATCH
      envelope.task_batch = batch.laidOut(with: &builder)
    case .metaGradient(let gradient):
      envelope.message_case = OUTERLOOP__ENVELOPE__MESSAGE_META_GRADIENT
      envelope.meta_gradient = gradient.laidOut(with: &builder)
    case .ping(let ping):
      envelope.message_case = OUTERLOOP__ENVELOPE__MESSAGE_PING
      envelope.ping = ping.laidOut(with: &builder)
    case .pong:
      envelope.message_case = OUTERLOOP__ENVELOPE__MESSAGE_PONG
      envelope.pong = builder.new(outerloop__pong__init)
    case .goodbye(let goodbye):
      envelope.message_case = OUTERLOOP__ENVELOPE__MESSAGE_GOODBYE
      envelope.goodbye = goodbye.laidOut(with: &builder)
    }
  }
}
