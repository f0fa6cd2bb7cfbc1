import ArgumentParser
import Cluster
import Files
import Foundation
import Logging
import Transport

struct LaunchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "launch",
    abstract: "Train on many machines: a coordinator here, workers over ssh.",
    discussion: """
      Needs nothing on the hosts but sshd and the libraries of the program, which is copied there if \
      it differs. All that a host says is in logs/HOST.log of the run's folder. Everything ends with \
      this command, however that ends; --resume goes on to the same bits. Without --keys, keys are \
      made for this run; in both cases each host gets keys of its own over ssh, and nobody else can \
      join.
      """)

  @OptionGroup var options: RunOptions

  @OptionGroup var remote: RemoteCluster

  @Option(
    help: ArgumentHelp(
      "Listen here; by default at any free port, and each host connects to where it sees ssh come "
        + "from.",
      valueName: "address"))
  var bind = "tcp://0.0.0.0:*"

  @OptionGroup var security: SecurityOptions

  func run() throws {
    try reporting {
      if options.isFinished { return }
      let launch = try remote.launch(options.logging)
      try PreparedRun(options, listeningAt: bind, keys()).carryOut(options, .hosts(launch))
    }
  }

  private func keys() throws -> CoordinatorKeys? {
    guard security.keys == nil, !security.insecure else {
      return try security.coordinatorKeys(listeningAt: bind)
    }
    // The folder is gone as soon as the keys are in memory, where they stay.
    let folder = try PrivateFolder()
    defer { folder.remove() }
    return try complaining { () throws(KeyError) in
      let folder = KeyFolder(folder.path)
      try folder.write(.random(), as: KeyFolder.coordinator)
      return try CoordinatorKeys(folder)
    }
  }
}

/// Worker processes on other machines.
struct RemoteCluster: ParsableArguments {
  @Option(
    help: ArgumentHelp("The file that names the hosts, one a line.", valueName: "file"),
    completion: .file())
  var hosts: String

  @Option(help: "Worker processes of hosts that do not say; by default one for each processor.")
  var workers: Int?

  @Option(help: "Compute threads of the workers of hosts that do not say.")
  var threads = 1

  @Flag(
    help: ArgumentHelp(
      "Have a relay on each host, which adds up what its workers answer.",
      discussion: "Worth it where hosts have many workers, or there are many hosts."))
  var relays = false

  @Option(
    help: ArgumentHelp(
      "The program to run over there; by default this one.", valueName: "file"),
    completion: .file())
  var binary: String?

  @Option(
    name: [.customShort("F"), .customLong("ssh-config")],
    help: ArgumentHelp("ssh's configuration file; by default the user's.", valueName: "file"),
    completion: .file())
  var sshConfig: String?

  func validate() throws {
    try check(workers, "workers", atMost: HostList.mostAtOnce)
    try check(threads, "threads", atMost: HostList.mostAtOnce)
  }

  func launch(_ logging: LogOptions) throws -> WorkerSource.Launch {
    let program = try binary.map { URL(filePath: $0) } ?? thisExecutable()
    guard FileManager.default.isExecutableFile(atPath: program.path) else {
      throw Complaint("\(program.path): no program that can be run", .noInput)
    }
    if let sshConfig, !exists(sshConfig) { throw Complaint("\(sshConfig): no such file", .noInput) }
    let recipe = RemoteWorkers.Recipe(
      hosts: try list().hosts, shell: SecureShell(configuration: sshConfig), program: program,
      digest: try programDigest(program), workers: workers, threads: threads,
      logLevel: logging.logLevel.rawValue, way: relays ? .relays : .direct)
    return WorkerSource.Launch(recipe: recipe, words: words)
  }

  private func list() throws -> HostList {
    let bytes = try asInput { () throws(FileError) in try readFile(hosts) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Complaint("\(hosts): a file of hosts is UTF-8 text, and this is not", .data)
    }
    return try HostList(text, source: hosts)
  }

  private var words: String {
    (["--hosts", hosts] + (sshConfig.map { ["-F", $0] } ?? [])
      + (binary.map { ["--binary", $0] } ?? []) + (relays ? ["--relays"] : [])).joined(
        separator: " ")
  }
}
