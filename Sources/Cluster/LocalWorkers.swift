import CProcess
public import Foundation
public import Logging

/// Worker processes on this machine, kept alive: one that dies is started again.
///
/// They end with the thread that started them, whatever it dies of, so `tend` and `init` belong to
/// the main thread.
public final class LocalWorkers {
  /// How many to keep, and how one is started.
  public struct Recipe: Sendable {
    public var count: Int
    public var executable: URL
    /// What each is started with, but for the address and its parent.
    public var arguments: [String]

    public init(count: Int, executable: URL, arguments: [String]) {
      (self.count, self.executable, self.arguments) = (count, executable, arguments)
    }
  }

  private struct Place {
    var process: Process?
    /// When the process was started, and when it may be again.
    var started: ContinuousClock.Instant
    var next: ContinuousClock.Instant
    var failures = 0
  }

  /// Starts that fail faster than this count as failures.
  private static let soundLife = Duration.seconds(1)
  /// A place whose worker cannot live is given up after so many failures in a row.
  private static let patience = 8

  private let executable: URL
  private let arguments: [String]
  private let log: Logger
  private let clock = ContinuousClock()
  private var places: [Place]

  /// - Parameter address: where they connect.
  public init(_ recipe: Recipe, connecting address: String, log: Logger) {
    (executable, self.log) = (recipe.executable, log)
    arguments = recipe.arguments + ["--connect", address, "--parent", "\(getpid())"]
    let now = clock.now
    places = (0..<recipe.count).map { _ in Place(process: nil, started: now, next: now) }
    tend()
  }

  /// Processes that are running.
  public var running: [Int32] {
    places.compactMap { $0.process }.filter(\.isRunning).map(\.processIdentifier)
  }

  /// Whether no place is left that may have a worker.
  public var areGivenUp: Bool { places.allSatisfy { $0.failures >= Self.patience } }

  /// Starts again who died.
  public func tend() {
    let now = clock.now
    for index in places.indices where !(places[index].process?.isRunning ?? false) {
      if places[index].process != nil { bury(index, now) }
      if places[index].failures < Self.patience, now >= places[index].next { start(index, now) }
    }
  }

  private func bury(_ index: Int, _ now: ContinuousClock.Instant) {
    let lived = places[index].started.duration(to: now)
    if let process = places[index].process {
      log.warning(
        "a worker process ended",
        metadata: [
          "process": "\(process.processIdentifier)", "status": "\(process.terminationStatus)",
        ])
    }
    places[index].process = nil
    places[index].failures = lived < Self.soundLife ? places[index].failures + 1 : 0
    let pause = Duration.milliseconds(50) * (1 << places[index].failures)
    places[index].next = now + (places[index].failures == 0 ? .zero : pause)
  }

  private func start(_ index: Int, _ now: ContinuousClock.Instant) {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    places[index].started = now
    do {
      try process.run()
      places[index].process = process
    } catch {
      places[index].failures += 1
      places[index].next = now + .seconds(1)
      log.error("could not start a worker", metadata: ["why": "\(error)"])
    }
  }

  /// Lets every worker end, and ends those that have not after a while.
  public func stop() {
    let processes = places.compactMap(\.process)
    for process in processes where process.isRunning { process.terminate() }
    let deadline = clock.now + .seconds(2)
    while processes.contains(where: \.isRunning), clock.now < deadline { usleep(2000) }
    for process in processes where process.isRunning { kill(process.processIdentifier, SIGKILL) }
    for process in processes { process.waitUntilExit() }
  }

  /// Ties this process to the one that started it, and says whether that is still there.
  public static func follow(parent: Int32) -> Bool { ol_die_with_parent(parent) != 0 }
}
