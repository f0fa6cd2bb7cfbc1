import Foundation

/// What is at the other end of a descriptor, for the choice of how to write there.
public enum Terminal {
  /// Where progress goes: a drawn line on a terminal that can go back, in color unless `NO_COLOR`
  /// says something (no-color.org).
  public static func screen(
    descriptor: Int32, environment: [String: String]
  ) -> ProgressLine.Screen {
    guard isatty(descriptor) == 1, environment["TERM", default: "dumb"] != "dumb" else {
      return .log
    }
    return .terminal(environment["NO_COLOR", default: ""].isEmpty ? .colored : .plain)
  }

  /// Writes to standard error what somebody may want to read. Work does not end because nobody can.
  public static func show(_ text: String) {
    if !text.isEmpty { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
  }

  /// The columns of the window now; 80 if it does not say.
  public static func width(descriptor: Int32) -> Int {
    var size = winsize()
    let answer = ioctl(descriptor, UInt(TIOCGWINSZ), &size)
    return answer == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }
}
