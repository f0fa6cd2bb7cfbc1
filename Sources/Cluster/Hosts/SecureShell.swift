/// How the system's ssh is called.
public struct SecureShell: Equatable, Sendable {
  /// ssh's configuration file; `nil` is the user's.
  public var configuration: String?

  public init(configuration: String?) { self.configuration = configuration }

  /// Never asks a person anything, and notices within half a minute that the other end is gone. Each
  /// session has a connection of its own, so that none takes others along.
  private static let settings = [
    "BatchMode=yes", "ConnectTimeout=10", "ServerAliveInterval=5", "ServerAliveCountMax=6",
    "ControlPath=none", "ClearAllForwardings=yes", "ForwardAgent=no", "ForwardX11=no",
    "RequestTTY=no", "LogLevel=ERROR",
  ]

  /// The words of a command that has a POSIX shell on `host` do what `script` says, whatever shell
  /// the user has there.
  ///
  /// - Parameter script: one line without single quotes, backslashes and exclamation marks, which
  ///   are what shells differ in.
  func command(on host: Host, _ script: String) -> [String] {
    assert(!script.contains { "'\\!\n".contains($0) }, "not every shell reads this: \(script)")
    let file = configuration.map { ["-F", $0] } ?? []
    let settings = Self.settings.flatMap { ["-o", $0] }
    return ["ssh"] + file + settings + ["--", host.destination, "sh -c '\(script)'"]
  }
}
