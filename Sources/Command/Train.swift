import ArgumentParser
import Cluster

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train on this machine: a coordinator and worker processes.",
    discussion: """
      Writes a folder with the resolved plan, metrics, checkpoints, the evaluation, and a picture. \
      Ctrl-C saves a checkpoint; --resume goes on from it to the same bits.
      """)

  @OptionGroup var options: RunOptions

  @OptionGroup var local: LocalCluster

  @Option(
    help: ArgumentHelp(
      "Listen here, so that workers of other machines can join; by default a private socket.",
      valueName: "address"))
  var bind: String?

  @OptionGroup var security: SecurityOptions

  func run() throws {
    try reporting {
      if options.isFinished { return }
      let socket = try PrivateSocket()
      defer { socket.remove() }
      let address = bind ?? socket.address
      let keys = try security.coordinatorKeys(listeningAt: address)
      let recipe = try local.recipe(
        options.kernels, options.logging, .drawn(from: nil),
        keys: keys.map { try socket.guestKeys($0) })
      try PreparedRun(options, listeningAt: address, keys).carryOut(options, .here(recipe))
    }
  }
}
