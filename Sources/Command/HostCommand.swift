import ArgumentParser
import Cluster
import Foundation
import Logging

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
      let address = try leash.order().address(
        seenOver: ProcessInfo.processInfo.environment["SSH_CONNECTION"])
      let workers = LocalWorkers(
        try local.recipe(kernels, logging), connecting: address, log: logging.logger("host"))
      defer { workers.stop() }
      while leash.holds(for: .milliseconds(50)) {
        workers.tend()
        if workers.areGivenUp {
          throw Complaint("no worker process that is started stays alive", .unavailable)
        }
      }
    }
  }
}
