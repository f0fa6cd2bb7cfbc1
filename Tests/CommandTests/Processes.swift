import Foundation

/// The processes of this machine, as the kernel shows them.
enum Processes {
  /// Those that `parent` started and that still run, oldest first.
  static func children(of parent: Int32) throws -> [Int32] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
      .filter { status($0).map { $0.parent == parent && $0.isAlive } ?? false }.sorted()
  }

  /// Whether a process runs or is stopped; one that only waits to be buried does not count.
  static func isAlive(_ id: Int32) -> Bool { status(id)?.isAlive ?? false }

  /// What a process was started with.
  static func words(_ id: Int32) -> [String] {
    text("/proc/\(id)/cmdline").split(separator: "\0").map(String.init)
  }

  /// All that others may see of what a process was started with.
  static func seen(_ id: Int32) -> String {
    text("/proc/\(id)/cmdline") + text("/proc/\(id)/environ")
  }

  private static func text(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }

  private struct Status {
    var isAlive: Bool
    var parent: Int32
  }

  /// - Source: proc(5): after the name in parentheses come the state and the parent.
  private static func status(_ id: Int32) -> Status? {
    guard let data = FileManager.default.contents(atPath: "/proc/\(id)/stat"),
      let name = data.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = String(decoding: data[data.index(after: name)...], as: UTF8.self).split(
      separator: " ")
    guard fields.count > 1, let parent = Int32(fields[1]) else { return nil }
    return Status(isAlive: !["Z", "X"].contains(fields[0]), parent: parent)
  }
}
