import ArgumentParser
import Checkpoints
import Graphs
import NDArrays

struct CheckpointCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoint",
    abstract: "Look at what a run has saved, and take it elsewhere.",
    subcommands: [ShowCheckpoint.self, ExportCheckpoint.self])
}

struct ShowCheckpoint: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print a checkpoint's step, digest, names and shapes.")

  @Argument(help: "A run's folder, or a checkpoint.")
  var path: String

  @Flag(help: "Print the plan too.")
  var plan = false

  func run() throws {
    try reporting {
      let loaded = try LoadedCheckpoint(at: path)
      let checkpoint = loaded.checkpoint
      let count = checkpoint.parameters.leaves.reduce(0) { $0 + $1.shape.count }
      let score = checkpoint.score.map { "score      \($0)\n" } ?? ""
      try put(
        """
        file       \(loaded.path)
        step       \(checkpoint.step)
        digest     \(checkpoint.digest)
        \(score)parameters \(count)

        """ + lines(checkpoint.parameters) + (plan ? "\n" + checkpoint.plan : ""))
    }
  }

  private func lines(_ parameters: Parameters<NDArray>) -> String {
    let width = parameters.names.map(\.count).max() ?? 0
    return zip(parameters.names, parameters.leaves).map { name, leaf in
      let space = String(repeating: " ", count: width - name.count)
      return "  \(name)\(space)  \(leaf.shape)\n"
    }.joined()
  }
}
