import ArgumentParser
import CProcess
public import Training

/// The whole command line.
public enum OuterloopCommand {
  /// Does what the process's arguments say, and exits with its code if it is not zero.
  ///
  /// A program that knows kinds of its own is one call; the workers it starts are itself, and so know
  /// them too:
  ///
  ///     OuterloopCommand.main(knowing: .standard.adding(Catalogue(networks: [WavesPlan.self])))
  public static func main(knowing catalogue: Catalogue = .standard) {
    openStandardStreams()
    ol_keep_freed_memory()
    Catalogue.$current.withValue(catalogue) { Outerloop.main() }
  }
}

extension Catalogue {
  /// What this process knows; set once, before the arguments are read.
  @TaskLocal static var current = Catalogue.standard
}

struct Outerloop: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "outerloop",
    abstract: "Meta-trains few-shot learners on one machine or many, to the same bits.",
    discussion: """
      Results go to standard output, all else to standard error. Exit codes: 0 done, or stopped by \
      SIGTERM with a checkpoint; 130 stopped by Ctrl-C with a checkpoint; 64 wrong use; 65 wrong or \
      damaged input, or training diverged; 66 an input is not there; 69 no worker, no \
      coordinator, or too few workers to tell who computes wrongly; 73 a folder or an address \
      cannot be had; 74 something cannot be written; 1 anything else.
      """,
    version: version,
    subcommands: [
      Train.self, LaunchCommand.self, CoordinatorCommand.self, WorkerCommand.self,
      RelayCommand.self, StatusCommand.self, HostCommand.self, Evaluate.self, AdaptCommand.self,
      PredictCommand.self, PatternsCommand.self, CompareCommand.self, CheckpointCommand.self,
      ReplayCommand.self,
      Gradient.self, PlanCommand.self, DataCommand.self, KeysCommand.self, Simulate.self,
    ])
}
