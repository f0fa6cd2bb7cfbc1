import Locks

/// Where the newest status hangs: the coordinator replaces it, and anyone may read it at any time.
/// Neither waits for the other for longer than a value takes to be copied.
public final class StatusBoard: Sendable {
  private let newest = Locked<ClusterStatus?>(nil)

  public init() {}

  public func post(_ status: ClusterStatus) { newest.withLock { $0 = status } }

  /// `nil` before the run began.
  public var status: ClusterStatus? { newest.withLock { $0 } }
}
