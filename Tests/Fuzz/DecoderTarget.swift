import CWire
import Foundation
import NDArrays
import Wire

/// `PacketDecoder`, fed with golden frames after some changes, most of them sealed again.
///
/// A frame must be refused with an error, or say a packet that survives encoding and decoding.
struct DecoderTarget: FuzzTarget {
  static let name = "decoder"
  private static let inputsPerRound = 1000
  private static let checksumBytes = 5

  private let corpus: [Record]
  private let decoder = PacketDecoder(limits: Limits())
  private var outcomes: [String: Int] = [:]

  init() throws {
    corpus = try Self.goldenFrames().map { frame in
      guard let record = Record(Array(frame.dropLast(Self.checksumBytes))) else {
        throw Finding(text: "a golden frame is not a message")
      }
      return record
    }
  }

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
    guard var record = random.element(of: corpus), let donor = random.element(of: corpus) else {
      return []
    }
    // Most changes to the version are refused before anything else is looked at.
    let version = random.below(64) > 0 ? record.fields.removeFirst() : nil
    for _ in 0..<1 + random.below(3) { record.mutate(&random, donor: donor) }
    if let version { record.fields.insert(version, at: 0) }
    let bytes = random.below(8) == 0 ? record.bytes.mutated(&random) : record.bytes
    let frame = bytes + [15 << 3 | 5] + checksum(bytes)
    return random.below(16) == 0 ? frame.mutated(&random) : frame
  }

  private func checksum(_ bytes: [UInt8]) -> [UInt8] {
    let checksum = ol_crc32c(0, bytes, bytes.count)
    return (0..<4).map { UInt8(truncatingIfNeeded: checksum >> ($0 * 8)) }
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

  private static func goldenFrames() throws -> [[UInt8]] {
    let directory = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(components: "..", "WireTests", "Golden")
    return try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted().map {
      bytes(
        hexadecimal: try String(contentsOf: directory.appending(component: $0), encoding: .utf8))
    }
  }

  private static func bytes(hexadecimal text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
