import Foundation

/// A launched run whose hosts are folders of this machine.
final class Launch {
  private(set) var run: Run
  private let scratch: Scratch
  private let settings: [String]
  private let sent: Sent

  /// What hosts get.
  enum Sent {
    /// The command, which takes a while to copy and to hash.
    case itself
    /// A script that becomes the command.
    case script
  }

  /// - Parameter hosts: the lines of the file; a host called `unreachable` is, and `bare` lacks libraries.
  init(hosts: [String], settings: [String] = [], sending sent: Sent = .script) throws {
    scratch = try Scratch()
    (self.settings, self.sent) = (settings, sent)
    run = try Run(settings)
    try scratch.write(hosts.joined(separator: "\n"), to: "hosts")
    try FileManager.default.createDirectory(
      atPath: scratch.file("bin"), withIntermediateDirectories: true)
    try writeScript(ssh, "ssh")
    try writeScript(
      "#!/bin/bash\nexec -a \"$0\" '\(Command.executable.path)' \"$@\"\n", "outerloop")
  }

  private func writeScript(_ text: String, _ name: String) throws {
    try scratch.write(text, to: "bin/" + name)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: scratch.file("bin/" + name))
  }

  var hosts: String { scratch.file("hosts") }

  /// As sshd would: a shell, told where the client comes from; a cache folder for each host.
  private var ssh: String {
    """
    #!/bin/sh
    while [ "$1" != "--" ]; do shift; done
    if [ "$2" = unreachable ]; then echo "ssh: no route to $2" >&2; exit 255; fi
    # A machine without ZeroMQ.
    if [ "$2" = bare ]; then
      mkdir -p "\(scratch.path)/bare"
      printf '#!/bin/sh\\necho "    libzmq.so.5 => not found"\\n' > "\(scratch.path)/bare/ldd"
      chmod +x "\(scratch.path)/bare/ldd"
      PATH="\(scratch.path)/bare:$PATH"
    fi
    export SSH_CONNECTION="127.0.0.1 50000 127.0.0.1 22" XDG_CACHE_HOME="\(scratch.path)/$2"
    exec /bin/sh -c "$3"
    """
  }

  /// Begins a new run on the same hosts.
  func next() throws { run = try Run(settings) }

  func command(_ arguments: [String] = []) throws -> Command {
    try launch(
      ["sinusoid", "-o", run.folder] + Run.overrides(Run.small + settings) + arguments)
  }

  func resumed() throws -> Command { try launch(["--resume", run.folder]) }

  private func launch(_ arguments: [String]) throws -> Command {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return try Command(
      ["launch", "--hosts", hosts, "--metrics-every", "1"]
        + (sent == .script ? ["--binary", scratch.file("bin/outerloop")] : []) + arguments,
      environment: ["PATH": scratch.file("bin") + ":" + path])
  }

  /// The programs that were copied to a host.
  func programs(_ host: String) throws -> [String] {
    let folder = scratch.file(host + "/outerloop")
    return try FileManager.default.contentsOfDirectory(atPath: folder).map { folder + "/" + $0 }
  }

  /// The processes that keep workers on the hosts.
  func keepers() throws -> [Int32] {
    let folder = scratch.path
    return try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
      .filter { id in
        let words = Processes.words(id)
        return words.first?.hasPrefix(folder) ?? false && words.contains("host")
          && Processes.isAlive(id)
      }.sorted()
  }
}
