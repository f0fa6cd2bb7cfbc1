public import Files
import Foundation

/// A file with a line of JSON for each recorded step, in the order of steps.
///
/// Each line is written whole, by one call, and is read by anyone who can read JSON lines.
public final class MetricsLog: Sendable {
  private let file: Descriptor

  /// The log at `path`, to be continued after `step`.
  ///
  /// Lines of later steps are cut off, for they will be written again, and so is what a killed
  /// writer left of its last line. A log that is not there yet is begun.
  ///
  /// - Cost: reads the whole file.
  public init(_ path: String, after step: Int) throws(FileError) {
    file = try Descriptor(opening: path, O_RDWR | O_CREAT | O_APPEND, mode: 0o666)
    let bytes = try file.readToEnd()
    let kept = Self.length(of: bytes, upTo: step)
    if kept < bytes.count { try file.truncate(to: kept) }
  }

  /// Appends all of a line, or nothing.
  public func append(_ record: some MetricsLine) throws(FileError) {
    try file.append(Array((record.line + "\n").utf8))
  }

  /// How many bytes the whole lines of steps until `step` have, as far as lines can be read.
  static func length(of bytes: [UInt8], upTo step: Int) -> Int {
    var kept = 0
    while let end = bytes[kept...].firstIndex(of: UInt8(ascii: "\n")) {
      let line = try? JSONDecoder().decode(Step.self, from: Data(bytes[kept..<end]))
      guard let line, line.step <= step else { return kept }
      kept = end + 1
    }
    return kept
  }

  private struct Step: Decodable { var step: Int }
}
