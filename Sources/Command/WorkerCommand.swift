import ArgumentParser
import CProcess
import Cluster
import Coordination
import Datasets
import Episodes
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
    help: ArgumentHelp(
      "Where the plan's file of images is here, if tasks are drawn here.", valueName: "file"),
    completion: .file(extensions: ["images"]))
  var data: String?

  @Flag(help: "Draw tasks here where that can be done, so that none has to be sent.")
  var draws = false

  @OptionGroup var parent: ParentOption
  @OptionGroup var security: WorkerKeyOptions
  @OptionGroup var kernels: KernelOptions
  @OptionGroup var logging: LogOptions

  func validate() throws {
    try check(threads, "threads", atMost: mostAtOnce)
    try check(seconds: wait, "wait")
  }

  func run() throws {
    ol_share_freed_memory()
    try reporting {
      guard parent.isThere() else { return }
      switch try service().run() {
      case .dismissed, .left: return
      case .refused(let why):
        throw Complaint("the coordinator parted with this worker: \(why)", .data)
      case .alone(let silence):
        throw Complaint(
          "no coordinator answered at \(connect) for \(silence.inTenths)", .unavailable)
      }
    }
  }

  private func images() -> @Sendable (String) throws -> any ImageSource {
    { [data] file in try ImageSet(named: data ?? file) }
  }

  private func service() throws -> WorkerService {
    let wakeup = Wakeup()
    var options = SocketOptions()
    // So that the coordinator hears of it when this worker leaves.
    options.linger = .milliseconds(500)
    return try WorkerService(
      WorkerService.Configuration(
        address: connect, threads: threads,
        name: "\(ProcessInfo.processInfo.hostName):\(getpid())",
        software: "outerloop \(Outerloop.version)", kernels: kernels.resolved,
        loneliness: wait.map { .seconds($0) }, catalogue: .current, draws: draws,
        images: images()),
      id: WorkerID(UInt64.random(in: 0...UInt64.max)), context: Context(),
      options: options.with(try security.identification), wakeup: wakeup,
      interrupt: Interrupt(parent.signals, waking: wakeup),
      log: logging.logger("worker"))
  }
}
