import ArgumentParser

struct CoordinatorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coordinator",
    abstract: "Train with workers that are started by hand, on this machine or others.")

  @OptionGroup var options: RunOptions

  @Option(
    help: ArgumentHelp(
      "Where workers connect, tcp://HOST:PORT or ipc://PATH.", valueName: "address"))
  var bind: String

  @OptionGroup var security: SecurityOptions

  func run() throws {
    try reporting {
      if options.isFinished { return }
      let keys = try security.coordinatorKeys(listeningAt: bind)
      try PreparedRun(options, listeningAt: bind, keys).carryOut(options, .byHand)
    }
  }
}
