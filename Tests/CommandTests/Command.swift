import Foundation
import Synchronization

/// A process of the built command. It is killed, if it still runs, when nobody holds it any more.
final class Command {
  struct Outcome: Equatable {
    var ending: Ending
    var output: String
    var errors: String
  }

  enum Ending: Equatable {
    case exit(Int32)
    case signal(Int32)
  }

  private let process = Process()
  private let scratch: Scratch
  private let ended = Ended()

  /// - Parameters:
  ///   - folder: the folder it works in; by default an empty one of its own.
  ///   - environment: variables that it has besides those of the tests.
  ///   - shell: what a shell does first, or instead; it knows the command as `"$@"`.
  init(
    _ arguments: [String], in folder: String? = nil, environment: [String: String] = [:],
    shell: String? = nil
  ) throws {
    scratch = try Scratch()
    let command = [try Self.executable.path] + arguments
    let words = shell.map { ["/bin/sh", "-c", $0, "sh"] + command } ?? command
    process.executableURL = URL(filePath: words[0])
    process.arguments = Array(words.dropFirst())
    process.currentDirectoryURL = URL(filePath: folder ?? scratch.path)
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["SWIFT_BACKTRACE": "enable=no", "TMPDIR": scratch.path].merging(environment) { $1 }
    ) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try scratch.newFile("output")
    process.standardError = try scratch.newFile("errors")
    process.terminationHandler = { [ended] _ in ended.signal() }
    try process.run()
  }

  deinit { if process.isRunning { kill(id, SIGKILL) } }

  /// The command beside the bundle of tests.
  static var executable: URL {
    get throws {
      guard let bundle = CommandLine.arguments.first(where: { $0.hasSuffix(".xctest") }) else {
        throw Missing("the bundle of tests among \(CommandLine.arguments)")
      }
      return URL(filePath: bundle).deletingLastPathComponent().appending(path: "outerloop")
    }
  }

  var id: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }
  var output: String { scratch.text("output") }
  var errors: String { scratch.text("errors") }

  func send(_ signal: Int32) { kill(id, signal) }

  /// How the process ended, and all that it said.
  func outcome(within limit: Duration = .seconds(60)) throws -> Outcome {
    guard ended.wait(limit) else {
      throw Missing("the end of \(process.arguments ?? []) within \(limit), after: \(errors)")
    }
    let status = process.terminationStatus
    return Outcome(
      ending: process.terminationReason == .exit ? .exit(status) : .signal(status),
      output: output, errors: errors)
  }

  /// Runs the command to its end.
  static func run(_ arguments: [String], in folder: String? = nil) throws -> Outcome {
    try Command(arguments, in: folder).outcome()
  }
}

/// Whether a process has ended, for those who wait.
private final class Ended: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)

  func signal() { semaphore.signal() }

  func wait(_ limit: Duration) -> Bool {
    let seconds = limit / .seconds(1)
    guard semaphore.wait(timeout: .now() + seconds) == .success else { return false }
    semaphore.signal()
    return true
  }
}

/// What a test waited or looked for in vain.
struct Missing: Error, CustomStringConvertible {
  var description: String
  init(_ what: String) { description = "missing: \(what)" }
}

/// Looks again and again until `condition` holds. Other processes cannot be waited for otherwise.
func eventually(
  _ what: String, within limit: Duration = .seconds(30), _ condition: () throws -> Bool
) throws {
  let clock = ContinuousClock()
  let deadline = clock.now + limit
  while try !condition() {
    guard clock.now < deadline else { throw Missing("\(what), within \(limit)") }
    usleep(2000)
  }
}
