import ArgumentParser
import Cluster
import Coordination
import Foundation
import Logging
import Transport

struct RelayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "relay",
    abstract: "Stand between a coordinator and workers, and add up what these answer.",
    discussion: """
      One for each host, or a tree of them, takes most of the messages and additions off the \
      coordinator. Workers connect to the relay as they would to the coordinator. The results \
      have the same bits, and the relay may die like a worker.
      """)

  @Option(
    help: ArgumentHelp("The address of the coordinator, or of another relay.", valueName: "address")
  )
  var connect: String

  @Option(
    help: ArgumentHelp(
      "Where workers connect, tcp://HOST:PORT or ipc://PATH.", valueName: "address"))
  var bind: String

  @Option(
    help: ArgumentHelp("Give up when no coordinator answers for so long.", valueName: "seconds"))
  var wait: Double?

  @OptionGroup var parent: ParentOption
  @OptionGroup var security: SecurityOptions
  @OptionGroup var logging: LogOptions

  func validate() throws { try check(seconds: wait, "wait") }

  func run() throws {
    try reporting {
      guard parent.isThere() else { return }
      let keys = try security.coordinatorKeys(KeyFolder.relay, listeningAt: bind)
      switch try service(keys).serve() {
      case .dismissed, .left: return
      case .refused(let why):
        throw Complaint("the coordinator parted with this relay: \(why)", .data)
      case .alone(let silence):
        throw Complaint(
          "no coordinator answered at \(connect) for \(silence.inTenths)", .unavailable)
      }
    }
  }

  private func service(_ keys: CoordinatorKeys?) throws -> RelayService {
    let (context, wakeup) = (Context(), Wakeup())
    var options = SocketOptions()
    // So that both sides hear of it when this relay leaves.
    options.linger = .milliseconds(500)
    let below = RouterSocket(in: context, options: options.with(keys?.identification ?? .none))
    let log = logging.logger("relay")
    let address = try below.bind(bind)
    log.info("workers connect to \(address)")
    return try RelayService(
      RelayService.Configuration(
        address: connect, name: "\(ProcessInfo.processInfo.hostName):\(getpid())",
        software: "outerloop \(Outerloop.version)", loneliness: wait.map { .seconds($0) }),
      id: WorkerID(UInt64.random(in: 0...UInt64.max)), context: context,
      options: options.with(try security.relayIdentification), below: below, keys: keys,
      wakeup: wakeup, interrupt: Interrupt(parent.signals, waking: wakeup),
      log: log)
  }
}
