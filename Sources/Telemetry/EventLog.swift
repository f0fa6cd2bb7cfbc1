public import Files
import Foundation

/// What TensorBoard shows of a run: a file of events for each coordinator that trained it.
///
/// Earlier coordinators' files are cut off where the checkpoint is, and a reader that has read
/// further already is told to forget that. No file is written to but the newest, so readers may
/// follow while the run goes on.
public final class EventLog: Sendable {
  private let file: Descriptor

  /// - Parameters:
  ///   - folder: where the files are.
  ///   - epoch: how often the run's coordinator has been started; it puts the files in order,
  ///     which the time of day does not where clocks are set back.
  ///   - step: what came later is not so any more.
  ///   - time: in seconds since 1970.
  /// - Cost: reads all files that are there.
  public init(
    in folder: String, epoch: UInt32, after step: Int, at time: Double
  ) throws(FileError) {
    for name in try listFolder(folder) where Self.isOurs(name) {
      try Self.cut(folder + "/" + name, after: step)
    }
    file = try Descriptor(
      opening: folder + "/" + Self.name(epoch), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, mode: 0o666
    )
    let head = [
      EventRecord(.version, step: 0, time: time), EventRecord(.start, step: step + 1, time: time),
    ]
    try file.write(head.flatMap(\.bytes))
  }

  /// Writes what a line of metrics says, in one call; all of it, or nothing.
  public func append(_ record: some MetricsLine, at time: Double) throws(FileError) {
    try file.append(
      EventRecord(.scalars(record.scalars), step: record.step, time: time).bytes)
  }

  private static let (prefix, suffix) = ("events.out.tfevents.", ".outerloop")

  private static func isOurs(_ name: String) -> Bool {
    name.hasPrefix(prefix) && name.hasSuffix(suffix)
  }

  private static func name(_ epoch: UInt32) -> String {
    let digits = "\(epoch)"
    return prefix + String(repeating: "0", count: 10 - digits.count) + digits + suffix
  }

  private static func cut(_ path: String, after step: Int) throws(FileError) {
    let file = try Descriptor(opening: path, O_RDWR, mode: 0)
    let bytes = try file.readToEnd()
    let kept = EventRecord.length(of: bytes, upTo: step)
    if kept < bytes.count { try file.truncate(to: kept) }
  }
}
