import ArgumentParser
import Foundation

struct CoordinatorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coordinator",
    abstract: "Train with workers that are started by hand, on this machine or others.")

  @OptionGroup var options: RunOptions

  @Option(
    help: ArgumentHelp(
      "Where workers connect, tcp://HOST:PORT or ipc://PATH.", valueName: "address"))
  var bind: String

  @Flag(help: "Listen to any address without keys: whoever reaches it may join.")
  var insecure = false

  func run() throws {
    try reporting {
      try checkBinding(bind, insecure: insecure)
      try PreparedRun(options).carryOut(
        options, address: bind, workers: 0, workerArguments: [], executable: try thisExecutable())
    }
  }
}
