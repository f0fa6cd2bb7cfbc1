import ArgumentParser
import Cluster
import Execution
import Foundation
import Logging
import Transport

/// Worker processes on this machine.
struct LocalCluster: ParsableArguments {
  @Option(help: "Worker processes; by default one for each processor.")
  var workers: Int?

  @Option(help: "Compute threads of each worker.")
  var threads = 1

  func validate() throws {
    try check(workers, "workers", atMost: mostAtOnce)
    try check(threads, "threads", atMost: mostAtOnce)
  }

  /// - Parameter keys: the folder of the workers' keys, if they need any.
  func recipe(
    _ kernels: KernelOptions, _ logging: LogOptions, keys: String? = nil
  ) throws -> LocalWorkers.Recipe {
    LocalWorkers.Recipe(
      count: workers ?? ProcessInfo.processInfo.activeProcessorCount,
      executable: try thisExecutable(),
      arguments: [
        "worker", "--threads", "\(threads)", "--log-level", logging.logLevel.rawValue,
        "--kernels", kernels.resolved.name,
      ] + (keys.map { ["--keys", $0] } ?? []))
  }
}

/// A socket in a folder that only this user can enter.
struct PrivateSocket {
  private let folder: String

  init() throws(Complaint) {
    let template = FileManager.default.temporaryDirectory.appending(path: "outerloop-XXXXXX").path
    var path = Array(template.utf8CString)
    guard mkdtemp(&path) != nil else {
      let why = String(cString: strerror(errno))
      throw Complaint("\(template): could not make a folder for the socket: \(why)", .cannotCreate)
    }
    folder = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  var address: String { "ipc://\(folder)/socket" }

  /// Makes keys for workers of this machine, which are gone with the socket.
  ///
  /// - Returns: the folder they are in.
  func guestKeys(_ keys: CoordinatorKeys) throws(Complaint) -> String {
    let path = "\(folder)/keys"
    try complaining { () throws(KeyError) in try keys.welcomeGuests(in: KeyFolder(path)) }
    return path
  }

  /// Nothing more can be done about a folder that cannot be removed, so nothing is said either.
  func remove() { try? FileManager.default.removeItem(atPath: folder) }
}

/// The file of this program.
func thisExecutable() throws -> URL {
  if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
    return URL(filePath: path)
  }
  guard let url = Bundle.main.executableURL else {
    throw Complaint("cannot tell where this program is, to start workers from it", .failure)
  }
  return url
}
