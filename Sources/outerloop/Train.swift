import ArgumentParser
import Foundation

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train on this machine: a coordinator and worker processes.",
    discussion: """
      Writes a folder with the resolved plan, metrics, checkpoints, the evaluation, and a picture. \
      Ctrl-C saves a checkpoint; --resume goes on from it to the same bits.
      """)

  @OptionGroup var options: RunOptions

  @Option(help: "Worker processes; by default one for each processor.")
  var workers: Int?

  @Option(help: "Compute threads of each worker.")
  var threads = 1

  @Option(
    help: ArgumentHelp(
      "Listen here, so that workers of other machines can join; by default a private socket.",
      valueName: "address"))
  var bind: String?

  @Flag(help: "Listen to any address without keys: whoever reaches it may join.")
  var insecure = false

  func validate() throws {
    try check(workers ?? 1, "workers", atLeast: 1)
    try check(threads, "threads", atLeast: 1)
  }

  func run() throws {
    try reporting {
      if let bind { try checkBinding(bind, insecure: insecure) }
      let prepared = try PreparedRun(options)
      let socket = try PrivateSocket()
      defer { socket.remove() }
      try prepared.carryOut(
        options, address: bind ?? socket.address,
        workers: workers ?? ProcessInfo.processInfo.activeProcessorCount,
        workerArguments: try workerArguments(), executable: try thisExecutable())
    }
  }

  private func workerArguments() throws -> [String] {
    ["worker", "--threads", "\(threads)", "--log-level", options.logging.logLevel]
      + (options.kernels.kernels.map { ["--kernels", $0] } ?? [])
  }
}

/// A socket in a folder that only this user can enter.
struct PrivateSocket {
  let folder: URL

  init() throws {
    let template = FileManager.default.temporaryDirectory.path() + "/outerloop-XXXXXX"
    var path = Array(template.utf8CString)
    guard mkdtemp(&path) != nil else {
      throw Complaint("\(template): could not make a folder for the socket", .cannotCreate)
    }
    folder = URL(
      filePath: String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }

  var address: String { "ipc://\(folder.path())/socket" }

  /// Nothing more can be done about a folder that cannot be removed, so nothing is said either.
  func remove() { try? FileManager.default.removeItem(at: folder) }
}

func thisExecutable() throws -> URL {
  if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
    return URL(filePath: path)
  }
  guard let url = Bundle.main.executableURL else {
    throw Complaint("cannot tell where this program is, to start workers from it", .failure)
  }
  return url
}

/// Without keys, whoever reaches the socket can join and send what it likes.
func checkBinding(_ address: String, insecure: Bool) throws {
  let hosts = ["tcp://127.", "tcp://localhost:", "tcp://[::1]:", "ipc://"]
  guard insecure || hosts.contains(where: address.hasPrefix) else {
    throw Complaint(
      "\(address) can be reached from other machines, and workers are not authenticated yet;"
        + " --insecure binds it nevertheless", .usage)
  }
}
