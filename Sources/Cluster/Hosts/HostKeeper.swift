import Foundation
import Locks
import Transport

/// Keeps the workers of one host running, on a thread of its own, until it is told to stop.
///
/// The ssh session is the leash: what it starts over there ends its workers when the session does,
/// so nothing is left behind whoever dies first.
final class HostKeeper: Sendable {
  let host: Host
  private let recipe: RemoteWorkers.Recipe
  private let order: LaunchOrder
  /// Its workers' own.
  private let keys: KeyPair?
  private let report: @Sendable (HostReport) -> Void
  private let status = Locked(Status())
  /// Signalled when a process ends, and when this shall stop.
  private let wakeup = DispatchSemaphore(value: 0)
  private let finished = DispatchSemaphore(value: 0)

  private struct Status {
    var isStopping = false
    /// Whether its workers ran at any time.
    var everRan = false
    var failures = 0
  }

  /// A session that lives so long is sound.
  private static let soundLife = Duration.seconds(5)
  /// How often the other end gets a sign of life.
  private static let pulse = DispatchTimeInterval.seconds(1)
  /// A host that never worked is given up after so many failures.
  private static let patience = 6
  private static let longestPause = 60

  init(
    _ host: Host, _ recipe: RemoteWorkers.Recipe, _ order: LaunchOrder, _ keys: KeyPair?,
    report: @escaping @Sendable (HostReport) -> Void
  ) {
    (self.host, self.recipe, self.order, self.report) = (host, recipe, order, report)
    self.keys = keys
  }

  func start(_ log: HostLog) {
    let box = Locked<HostLog?>(log)
    Thread.detachNewThread { [self] in
      if let log = box.withLock({ $0.take() }) { keep(log) }
      finished.signal()
    }
  }

  /// Whether there is no hope for it.
  var isGivenUp: Bool { status.withLock { !$0.everRan && $0.failures >= Self.patience } }

  private var isStopping: Bool { status.withLock { $0.isStopping } }

  func askToStop() {
    status.withLock { $0.isStopping = true }
    wakeup.signal()
  }

  func waitUntilStopped() { finished.wait() }

  private func keep(_ log: HostLog) {
    var log = log
    while !isStopping {
      log.begin()
      let failure = attempt(log)
      if isStopping { return }
      let failures = status.withLock { status in
        status.failures += 1
        return status.failures
      }
      if failures == 1 { tell(.failed(failure, lastLines: log.lastLines(3)), log) }
      rest(.seconds(min(1 << min(failures - 1, 6), Self.longestPause)))
    }
  }

  private func tell(_ news: HostReport.News, _ log: HostLog) {
    report(HostReport(host: host.name, log: log.path, news: news))
  }

  /// Lets the workers run for as long as they do, and says why they do no more.
  private func attempt(_ log: HostLog) -> HostFailure {
    do {
      let status = try session(log)
      guard status == HostScripts.Code.programWanted else { return HostFailure(running: status) }
      tell(.copying, log)
      let copied = try copy(log)
      guard copied == 0 else { return HostFailure(copying: copied) }
      return HostFailure(running: try session(log))
    } catch {
      return .noProcess(error.localizedDescription)
    }
  }

  private func copy(_ log: HostLog) throws -> Int32 {
    guard let program = FileHandle(forReadingAtPath: recipe.program.path) else {
      throw CocoaError(.fileReadNoSuchFile)
    }
    let child = try ChildProcess(
      recipe.shell.command(on: host, scripts.receive), input: .file(program), output: log.handle,
      ended: wakeup)
    watch(child) {}
    return child.status
  }

  private func session(_ log: HostLog) throws -> Int32 {
    let child = try ChildProcess(
      recipe.shell.command(on: host, scripts.run(arguments)), input: .pipe, output: log.handle,
      ended: wakeup)
    child.say(order.text)
    if let keys { child.hand(keys) }
    let clock = ContinuousClock()
    let start = clock.now
    watch(child) {
      child.say("\n")
      if start.duration(to: clock.now) > Self.soundLife { noteSound(log) }
    }
    return child.status
  }

  private func noteSound(_ log: HostLog) {
    let failures = status.withLock { status in
      defer { (status.everRan, status.failures) = (true, 0) }
      return status.failures
    }
    if failures > 0 { tell(.back, log) }
  }

  /// Waits for the end of `child`; ends it if this shall stop.
  private func watch(_ child: ChildProcess, _ pulse: () -> Void) {
    while child.isRunning, !isStopping {
      if wakeup.wait(timeout: .now() + Self.pulse) == .timedOut { pulse() }
    }
    guard child.isRunning else { return }
    child.endInput()
    // The other end lets its workers leave, which takes it a moment.
    for (signal, seconds) in [(SIGTERM, 5), (SIGKILL, 1)] {
      let deadline = DispatchTime.now() + .seconds(seconds)
      while child.isRunning, DispatchTime.now() < deadline { _ = wakeup.wait(timeout: deadline) }
      child.send(signal)
    }
    while child.isRunning { _ = wakeup.wait(timeout: .now() + .milliseconds(100)) }
  }

  private func rest(_ pause: DispatchTimeInterval) {
    let deadline = DispatchTime.now() + pause
    while !isStopping, wakeup.wait(timeout: deadline) == .success {}
  }

  private var scripts: HostScripts { HostScripts(digest: recipe.digest, host: host) }

  private var arguments: [String] {
    let workers = (host.workers ?? recipe.workers).map { ["--workers", "\($0)"] } ?? []
    return ["host"] + (recipe.way == .relays ? ["--relay"] : []) + workers
      + ["--threads", "\(host.threads ?? recipe.threads)", "--log-level", recipe.logLevel]
  }
}
