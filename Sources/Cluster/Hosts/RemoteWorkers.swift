public import Files
public import Foundation
import Transport

/// Worker processes on other machines, reached over ssh and kept alive there.
///
/// A host that fails is reported once and tried again, at longer and longer intervals, while the
/// others go on.
public final class RemoteWorkers: KeptWorkers {
  /// Who shall work, and with what.
  public struct Recipe: Sendable {
    public var hosts: [Host]
    public var shell: SecureShell
    /// What runs over there, and its SHA-256 in lowercase hexadecimal digits.
    public var program: URL
    public var digest: String
    /// Worker processes of hosts that do not say themselves; `nil` is one for each processor.
    public var workers: Int?
    /// Compute threads of their workers, likewise.
    public var threads: Int
    public var logLevel: String
    /// How workers reach the coordinator.
    public var way: Way

    public enum Way: Sendable {
      case direct
      /// By a relay on each host.
      case relays
    }

    public init(
      hosts: [Host], shell: SecureShell, program: URL, digest: String, workers: Int?, threads: Int,
      logLevel: String, way: Way
    ) {
      (self.hosts, self.shell, self.program, self.digest) = (hosts, shell, program, digest)
      (self.workers, self.threads, self.logLevel) = (workers, threads, logLevel)
      self.way = way
    }
  }

  private let keepers: [HostKeeper]

  /// - Parameters:
  ///   - address: where workers connect; if it is every address of this machine, each host's connect
  ///     to the one that it sees ssh come from.
  ///   - keys: those of the coordinator, which lets in each host's workers by a key of their own for
  ///     this run.
  ///   - folder: where all that hosts say is gathered, a file each.
  ///   - report: called on any thread.
  public init(
    _ recipe: Recipe, connecting address: String, _ keys: CoordinatorKeys?, logs folder: String,
    report: @escaping @Sendable (HostReport) -> Void
  ) throws(FileError) {
    // An ssh that has ended shall not end this process too when it is spoken to.
    signal(SIGPIPE, SIG_IGN)
    try createFolder(folder)
    let order = LaunchOrder(address: address, coordinator: keys?.publicKey)
    var started: [HostKeeper] = []
    for host in recipe.hosts {
      let log = try HostLog("\(folder)/\(host.name).log")
      let pair = keys.map { _ in KeyPair.random() }
      if let keys, let pair { keys.admit(pair.publicKey) }
      let keeper = HostKeeper(host, recipe, order, pair, report: report)
      keeper.start(log)
      started.append(keeper)
    }
    keepers = started
  }

  public var areGivenUp: Bool { keepers.allSatisfy(\.isGivenUp) }

  /// Every host is kept by a thread of its own.
  public func tend() {}

  public func stop() {
    for keeper in keepers { keeper.askToStop() }
    for keeper in keepers { keeper.waitUntilStopped() }
  }
}

/// The SHA-256 of a program, as `sha256sum` gives it.
public func programDigest(_ program: URL) throws -> String {
  let process = Process()
  let output = Pipe()
  process.executableURL = URL(filePath: "/bin/sh")
  process.arguments = ["-c", HostScripts.hash + "; h \"$1\"", "sh", program.path]
  process.standardOutput = output
  try process.run()
  let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
  process.waitUntilExit()
  let digest = text.trimmingCharacters(in: .whitespacesAndNewlines)
  guard digest.count == 64, digest.allSatisfy(\.isHexDigit) else {
    throw UnreadableProgram(path: program.path)
  }
  return digest
}

public struct UnreadableProgram: Error, Equatable, CustomStringConvertible {
  public var path: String
  public var description: String { "\(path): no SHA-256 of this program can be had" }
}
