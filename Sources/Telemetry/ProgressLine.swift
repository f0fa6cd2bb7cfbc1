/// Shows how a run comes along: on a terminal by one line that is drawn over and over, elsewhere
/// by a line of its own now and then.
///
/// Time and the window's width are told to it; it looks at neither.
public struct ProgressLine: Sendable {
  private let screen: Screen
  private let interval: Duration
  /// When the last line was written.
  private var shown: Duration?

  public enum Screen: Equatable, Sendable {
    case terminal(Progress.Style)
    /// A file or a pipe.
    case log
  }

  /// - Parameter interval: the least time between two lines: on a terminal 100 ms flicker least,
  ///   and a log wants tens of seconds.
  public init(_ screen: Screen, every interval: Duration) {
    (self.screen, self.interval) = (screen, interval)
  }

  /// What to write at `now`, counted from any start: often nothing.
  ///
  /// - Parameter width: of the terminal, in columns.
  public mutating func update(_ progress: Progress, at now: Duration, width: Int) -> String {
    if let shown, now - shown < interval { return "" }
    shown = now
    switch screen {
    // The last column stays free, where some terminals would wrap.
    case .terminal(let style):
      return Self.clearing + progress.line(width: width - 1, style: style)
    case .log: return progress.line(width: .max, style: .plain) + "\n"
    }
  }

  /// What to write at the end, or before other words go to the terminal: the line disappears.
  public mutating func clear() -> String {
    guard shown != nil, case .terminal = screen else { return "" }
    shown = nil
    return Self.clearing
  }

  /// To the line's start, and all of it away.
  private static let clearing = "\r\u{1B}[K"
}
