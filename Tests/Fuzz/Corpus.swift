import CWire
import Foundation
import NDArrays

/// Frames of every message, taken apart, to be changed and put together again.
struct Corpus {
  let records: [Record]
  private static let checksumBytes = 5

  init() throws {
    records = try Self.goldenFrames().map { frame in
      guard let record = Record(Array(frame.dropLast(Self.checksumBytes))) else {
        throw Finding(text: "a golden frame is not a message")
      }
      return record
    }
  }

  /// A frame with some changes, most often sealed again.
  func changed(_ frame: [UInt8], donor: Record, _ random: inout RandomStream) -> [UInt8] {
    guard let record = Record(Array(frame.dropLast(Self.checksumBytes))) else { return frame }
    return changed(record, donor: donor, &random)
  }

  func changed(_ original: Record, donor: Record, _ random: inout RandomStream) -> [UInt8] {
    var record = original
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
