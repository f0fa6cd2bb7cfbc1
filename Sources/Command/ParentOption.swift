import ArgumentParser
import Cluster
import Foundation

/// Who started this process to have it for as long as it lives itself.
struct ParentOption: ParsableArguments {
  @Option(
    help: ArgumentHelp("End with this process, which started this one.", visibility: .hidden))
  var parent: Int32?

  /// What asks this process to end.
  var signals: [Int32] { parent == nil ? Interrupt.signals : [SIGTERM] }

  /// Ties this process to its parent, if it has one that cares, and says whether that still lives.
  func isThere() -> Bool {
    guard let parent else { return true }
    // A terminal's Ctrl-C and its end reach the parent too, which then ends its children.
    for number in [SIGINT, SIGHUP] { signal(number, SIG_IGN) }
    return LocalWorkers.follow(parent: parent)
  }
}
