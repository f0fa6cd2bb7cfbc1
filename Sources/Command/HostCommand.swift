import ArgumentParser
import Cluster
import Foundation
import Logging
import Transport

/// What `launch` runs on each host. It lives for as long as the launcher speaks to its standard input.
struct HostCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "host",
    abstract: "Keep workers for a launcher, which speaks to standard input.",
    shouldDisplay: false)

  @OptionGroup var local: LocalCluster
  @OptionGroup var kernels: KernelOptions
  @OptionGroup var logging: LogOptions

  /// Longer than ssh itself takes to notice that the other end is gone.
  private static let patience = Duration.seconds(40)

  func run() throws {
    try reporting {
      let leash = Leash(STDIN_FILENO, patience: Self.patience)
      let order = try leash.order()
      let folder = try PrivateFolder()
      defer { folder.remove() }
      let keys = try order.coordinator.map { try receiveKeys(of: $0, in: "\(folder.path)/keys") }
      let workers = LocalWorkers(
        try local.recipe(kernels, logging, keys: keys),
        connecting: try order.address(
          seenOver: ProcessInfo.processInfo.environment["SSH_CONNECTION"]),
        log: logging.logger("host"))
      defer { workers.stop() }
      while leash.holds(for: .milliseconds(50)) {
        workers.tend()
        if workers.areGivenUp {
          throw Complaint("no worker process that is started stays alive", .unavailable)
        }
      }
      if leash.isSilent {
        throw Complaint("the launcher was silent for \(Self.patience)", .unavailable)
      }
    }
  }

  /// Puts the workers' keys, which come after the order, where the workers find them.
  private func receiveKeys(of coordinator: CurveKey, in path: String) throws -> String {
    try complaining { () throws(KeyError) in
      let folder = KeyFolder(path)
      try folder.create()
      let keys = try KeyPair(handedBy: STDIN_FILENO, within: Self.patience)
      try keys.write(to: folder.secretFile(of: KeyFolder.worker))
      try coordinator.write(to: folder.publicFile(of: KeyFolder.coordinator))
    }
    return path
  }
}
