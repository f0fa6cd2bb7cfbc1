import ArgumentParser
import Cluster
import Execution
import Foundation
import Logging

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

  /// Where its workers get their tasks' data from.
  enum TaskData {
    /// As the plan says.
    case asPlanned
    /// Workers draw it, from another file than the one the plan names if there is one.
    case drawn(from: String?)

    fileprivate var arguments: [String] {
      switch self {
      case .asPlanned: []
      case .drawn(let file): ["--draws"] + (file.map { ["--data", $0] } ?? [])
      }
    }
  }

  /// - Parameter keys: the folder of the workers' keys, if they need any.
  func recipe(
    _ kernels: KernelOptions, _ logging: LogOptions, _ data: TaskData, keys: String? = nil
  ) throws -> LocalWorkers.Recipe {
    LocalWorkers.Recipe(
      count: workers ?? ProcessInfo.processInfo.activeProcessorCount,
      executable: try thisExecutable(),
      arguments: [
        "worker", "--threads", "\(threads)", "--log-level", logging.logLevel.rawValue,
        "--kernels", kernels.resolved.name,
      ] + data.arguments + (keys.map { ["--keys", $0] } ?? []))
  }
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
