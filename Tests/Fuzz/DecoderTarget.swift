import Foundation
import NDArrays
import Wire

/// `PacketDecoder`, fed with golden frames after some changes, most of them sealed again.
///
/// A frame must be refused with an error, or say a packet that survives encoding and decoding.
struct DecoderTarget: FuzzTarget {
  static let name = "decoder"
  private static let inputsPerRound = 1000

  private let corpus: Corpus
  private let decoder = PacketDecoder(limits: Limits())
  private var outcomes: [String: Int] = [:]

  init() throws { corpus = try Corpus() }

  mutating func round(_ key: RandomKey, show: (() -> String) -> Void) throws {
    var random = key.stream
    for _ in 0..<Self.inputsPerRound {
      let frame = frame(&random)
      show { frame.map { String(format: "%02x", $0) }.joined() }
      outcomes[try outcome(of: frame, offset: random.below(16)), default: 0] += 1
    }
  }

  var summary: [String] {
    outcomes.sorted { $0.key < $1.key }.map { outcome, count in "\(count)\t\(outcome)" }
  }

  private func frame(_ random: inout RandomStream) -> [UInt8] {
    guard
      let record = random.element(of: corpus.records),
      let donor = random.element(of: corpus.records)
    else { return [] }
    return corpus.changed(record, donor: donor, &random)
  }

  /// What became of a frame that lies at some address and ends where its memory ends, so that an
  /// address sanitizer sees a step beyond either.
  private func outcome(of frame: [UInt8], offset: Int) throws -> String {
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: offset + frame.count, alignment: 16)
    defer { memory.deallocate() }
    let copy = UnsafeMutableRawBufferPointer(rebasing: memory[offset...])
    copy.copyBytes(from: frame)
    do {
      try check(try decoder.decode(UnsafeRawBufferPointer(copy)))
      return "accepted"
    } catch let error as WireError {
      // The case alone: texts and numbers come from the frame.
      return Mirror(reflecting: error).children.first?.label ?? error.description
    }
  }

  /// A packet that was accepted can be said again.
  private func check(_ packet: Packet) throws {
    guard try Wire.decode(Wire.encode(packet)) == packet else {
      throw Finding(text: "\(packet) does not come back as it was sent")
    }
  }
}
