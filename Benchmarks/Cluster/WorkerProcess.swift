import Cluster
import Coordination
import Execution
import Foundation
import Logging
import Transport

/// Workers in a process of their own.
enum WorkerProcess {
  /// A worker as the command starts it.
  case computing(address: String)
  /// Some workers that speak as others do but only pretend to compute, for so long a task.
  case pretending(address: String, count: Int, sumCount: Int, taskTime: Duration)

  private var arguments: [String] {
    switch self {
    case .computing(let address): ["compute", address]
    case .pretending(let address, let count, let sumCount, let taskTime):
      ["pretend", address, "\(count)", "\(sumCount)", "\(Int(taskTime / .microseconds(1)))"]
    }
  }

  init?(arguments: [String]) {
    switch (arguments.first, arguments.count) {
    case ("compute", 2): self = .computing(address: arguments[1])
    case ("pretend", 5):
      guard let count = Int(arguments[2]), let sumCount = Int(arguments[3]),
        let time = Int(arguments[4])
      else { return nil }
      self = .pretending(
        address: arguments[1], count: count, sumCount: sumCount, taskTime: .microseconds(time))
    default: return nil
    }
  }

  /// Starts this program once more to be it.
  func start() throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = arguments
    try process.run()
    return process
  }

  /// Is it, until the run is over.
  func run() throws {
    switch self {
    case .computing(let address): try compute(address)
    case .pretending(let address, let count, let sumCount, let taskTime):
      let context = Context(maximumSockets: 3 * count + 16)
      let threads = DispatchGroup()
      for _ in 0..<count {
        threads.enter()
        let thread = Thread {
          PretendWorker(sumCount: sumCount, taskTime: taskTime, in: context).run(address)
          threads.leave()
        }
        thread.stackSize = 512 << 10
        thread.start()
      }
      threads.wait()
    }
  }

  private func compute(_ address: String) throws {
    let wakeup = Wakeup()
    _ = try WorkerService(
      WorkerService.Configuration(
        address: address, threads: 1, name: "benchmark:\(getpid())", software: "benchmark",
        kernels: .fastest, loneliness: .seconds(10)),
      id: WorkerID(UInt64.random(in: 0...UInt64.max)), context: Context(),
      options: SocketOptions(), wakeup: wakeup, interrupt: Interrupt([], waking: wakeup),
      log: Logger(label: "worker") { _ in SwiftLogNoOpLogHandler() }
    ).run()
  }
}
