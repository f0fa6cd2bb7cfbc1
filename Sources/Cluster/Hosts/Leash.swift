import Foundation

/// The end of a pipe by which a launcher holds a process on another machine. When it ends, or nothing
/// comes for too long, the launcher is gone, however it went.
public final class Leash {
  private let descriptor: Int32
  private let patience: Duration
  private let clock = ContinuousClock()
  /// How long nothing came, as far as this process was there to see it.
  private var silence = Duration.zero
  private var hasEnded = false

  /// More than this at once is no silence of the launcher's, but a machine that stood still.
  private static let longestLook = Duration.seconds(2)

  /// Larger orders are none.
  private static let mostBytes = 1 << 16

  /// - Parameter patience: how long the launcher may be silent.
  public init(_ descriptor: Int32, patience: Duration) {
    (self.descriptor, self.patience) = (descriptor, patience)
  }

  /// What the launcher wants, which it says first.
  public func order() throws(LaunchOrderError) -> LaunchOrder {
    var bytes: [UInt8] = []
    while !bytes.ends(with: "\n\n".utf8) {
      // By single bytes, since what follows the order does not belong to it.
      guard holds, bytes.count < Self.mostBytes else { throw .silence }
      bytes += take(atMost: 1, within: .seconds(1))
    }
    return try LaunchOrder(String(decoding: bytes, as: UTF8.self))
  }

  /// Whether the launcher is still there; takes `wait` to find out if it has nothing to say.
  public func holds(for wait: Duration) -> Bool {
    _ = take(atMost: 4096, within: wait)
    return holds
  }

  private var holds: Bool { !hasEnded && !isSilent }

  /// Whether it is for its silence that the launcher counts as gone.
  public var isSilent: Bool { silence >= patience }

  private func take(atMost count: Int, within wait: Duration) -> [UInt8] {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let start = clock.now
    guard poll(&entry, 1, Int32(wait / .milliseconds(1))) > 0 else {
      silence += min(start.duration(to: clock.now), Self.longestLook)
      return []
    }
    var bytes = [UInt8](repeating: 0, count: count)
    let found = read(descriptor, &bytes, count)
    if found > 0 { silence = .zero }
    if found == 0 || found < 0 && errno != EINTR && errno != EAGAIN { hasEnded = true }
    return Array(bytes.prefix(max(found, 0)))
  }
}

extension [UInt8] {
  fileprivate func ends(with end: some Collection<UInt8>) -> Bool {
    suffix(end.count).elementsEqual(end)
  }
}
