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

  @Flag(help: "Have a relay here, which adds up what the workers answer.")
  var relay = false

  @OptionGroup var kernels: KernelOptions
  @OptionGroup var logging: LogOptions

  var way: HostPost.Way { relay ? .relay : .direct }

  /// Longer than ssh itself takes to notice that the other end is gone.
  private static let patience = Duration.seconds(40)

  func run() throws {
    try reporting {
      // What is left to say when the launcher is gone shall not end this process before its time.
      signal(SIGPIPE, SIG_IGN)
      let interrupt = Interrupt(Interrupt.signals, waking: Wakeup())
      let leash = Leash(STDIN_FILENO, patience: Self.patience)
      let order = try leash.order()
      let keys = try order.coordinator.map { key in
        HostKeys(pair: try complaining { () throws(KeyError) in try receive() }, coordinator: key)
      }
      let folder = try PrivateFolder()
      defer { folder.remove() }
      let connection = ProcessInfo.processInfo.environment["SSH_CONNECTION"]
      let post = try HostPost(
        self, keys, connecting: order.address(seenOver: connection), in: folder)
      defer { post.stop() }
      while interrupt.request == nil, leash.holds(for: .milliseconds(50)) {
        post.tend()
        if post.areGivenUp {
          throw Complaint("no process that is started stays alive", .unavailable)
        }
      }
      if leash.isSilent {
        throw Complaint("the launcher was silent for \(Self.patience)", .unavailable)
      }
    }
  }

  /// The keys that come after the order.
  private func receive() throws(KeyError) -> KeyPair {
    try KeyPair(handedBy: STDIN_FILENO, within: Self.patience)
  }
}
