import Foundation
import Synchronization

/// Shows pages to browsers, on a thread of its own with a low priority.
///
/// Whoever connects can make it hold no more than some connections of some kilobytes for some seconds, and
/// costs whoever else is in the process nothing: a server that took all who come, and waited for them,
/// would use up the process's descriptors.
public final class PageServer: Sendable {
  /// Where browsers find it.
  public let address: PageAddress
  private let isStopped = Atomic<Bool>(false)

  /// - Parameter page: what a path answers with, called on the server's thread; `nil` if there is no
  ///   such path, a page without a body if it has nothing to say yet.
  public init(
    at address: PageAddress, showing page: @escaping @Sendable (_ path: String) -> Page?
  ) throws(PageError) {
    let socket = try ListeningSocket(address)
    self.address = socket.address
    let thread = Thread { [weak self] in
      // Of this thread alone, on Linux.
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
      var loop = PageLoop(socket, showing: page)
      while let self, !self.isStopped.load(ordering: .relaxed) { loop.turn() }
    }
    thread.name = "pages"
    thread.start()
  }

  /// Ends soon. So does a server that nobody holds.
  public func stop() { isStopped.store(true, ordering: .relaxed) }
}
