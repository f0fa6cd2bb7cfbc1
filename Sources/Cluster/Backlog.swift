import Files
import Foundation
import Logging

/// What is to be on the disk and is not yet, because the disk refuses it.
///
/// A run goes on meanwhile. The log says it once when writing fails and once when it works again; only
/// what still cannot be written at the end is an error.
final class Backlog {
  typealias Write = () throws -> Void

  /// A file that each new content replaces.
  enum Slot: Int, CaseIterable { case checkpoint, best }

  private let log: Logger
  private let clock = ContinuousClock()
  private var contents: [Write?] = Slot.allCases.map { _ in nil }
  private var lines: [Write] = []
  private var lostLines = 0
  private var nextTry: ContinuousClock.Instant?

  /// Between two tries.
  private static let pause = Duration.seconds(1)
  /// The most lines that wait; a few megabytes of them.
  private static let mostLines = 1 << 16

  init(_ log: Logger) { self.log = log }

  /// Adds a line to files that grow.
  func append(_ write: @escaping Write) throws {
    if lines.count >= Self.mostLines {
      lines.removeFirst(Self.mostLines / 2)
      lostLines += Self.mostLines / 2
    }
    lines.append(write)
    try retry()
  }

  /// Replaces the content of a file, whatever waited to be written there.
  func replace(_ slot: Slot, _ write: @escaping Write) throws {
    contents[slot.rawValue] = write
    try retry()
  }

  /// Tries again, if it is time to.
  func retry() throws {
    if let nextTry, clock.now < nextTry { return }
    do { try flush() } catch let error as FileError {
      if nextTry == nil {
        log.error(
          "cannot write: \(error); training goes on, and it is tried again until it works")
      }
      nextTry = clock.now + Self.pause
    }
  }

  /// Writes everything now, as far as it can be.
  func flush() throws {
    let outcome = Result { try flushLines() }
    for slot in Slot.allCases {
      try contents[slot.rawValue]?()
      contents[slot.rawValue] = nil
    }
    try outcome.get()
    tellOfHealing()
  }

  private func flushLines() throws {
    var written = 0
    defer { lines.removeFirst(written) }
    for line in lines {
      try line()
      written += 1
    }
  }

  private func tellOfHealing() {
    guard nextTry != nil else { return }
    nextTry = nil
    let lost = lostLines > 0 ? ", but for \(lostLines) lines of metrics" : ""
    log.warning("what could not be written is on the disk now\(lost)")
    lostLines = 0
  }
}
