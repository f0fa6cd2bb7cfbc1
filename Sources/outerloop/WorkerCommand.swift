import ArgumentParser
import Cluster
import Coordination
import Foundation
import Transport

struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Compute for a coordinator, until it has nothing left to do.",
    discussion: "May be started before the coordinator; it waits. What to compute it is told.")

  @Option(help: ArgumentHelp("The coordinator's address.", valueName: "address"))
  var connect: String

  @Option(help: "Task ranges computed at once.")
  var threads = 1

  @Option(
    help: ArgumentHelp("Give up when no coordinator answers for so long.", valueName: "seconds"))
  var wait: Double?

  @Option(
    help: ArgumentHelp("End with this process, which started the worker.", visibility: .hidden))
  var parent: Int32?

  @OptionGroup var kernels: KernelOptions
  @OptionGroup var logging: LogOptions

  func validate() throws {
    try check(threads, "threads", atLeast: 1)
    guard wait ?? 1 > 0 else { throw ValidationError("--wait is above 0, not \(wait ?? 0).") }
  }

  func run() throws {
    try reporting {
      if let parent {
        // A terminal's Ctrl-C reaches the parent too, which then ends its workers.
        signal(SIGINT, SIG_IGN)
        guard LocalWorkers.follow(parent: parent) else { return }
      }
      switch try service().run() {
      case .dismissed, .left: return
      case .refused(let why):
        throw Complaint("the coordinator parted with this worker: \(why)", .data)
      case .alone(let silence):
        throw Complaint(
          "no coordinator at \(connect) for \(silence.components.seconds) s", .noWorkers)
      }
    }
  }

  private func service() throws -> WorkerService {
    let wakeup = Wakeup()
    return try WorkerService(
      WorkerService.Configuration(
        address: connect, threads: threads,
        name: "\(ProcessInfo.processInfo.hostName):\(getpid())",
        software: "outerloop \(Outerloop.version)", kernels: try kernels.resolved(),
        loneliness: wait.map { .seconds($0) }),
      id: WorkerID(UInt64.random(in: 0...UInt64.max)), context: Context(),
      options: SocketOptions(), wakeup: wakeup,
      interrupt: Interrupt(parent == nil ? [SIGINT, SIGTERM] : [SIGTERM], waking: wakeup),
      log: try logging.logger("worker"))
  }
}
