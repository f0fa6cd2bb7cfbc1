import Checkpoints
import Cluster
import Logging

/// Where a run's workers come from.
enum WorkerSource {
  case byHand
  /// Started on this machine.
  case here(LocalWorkers.Recipe)
  /// Started on others.
  case hosts(Launch)

  /// Other machines, and how the user named them.
  struct Launch {
    var recipe: RemoteWorkers.Recipe
    /// What is said to `outerloop launch` to launch there again.
    var words: String
  }

  /// What starts them.
  ///
  /// - Parameters:
  ///   - directory: where what they say is gathered.
  ///   - keys: the coordinator's.
  func starting(
    for directory: RunDirectory, _ keys: CoordinatorKeys?
  ) -> ((_ address: String, _ log: Logger) throws -> any KeptWorkers)? {
    switch self {
    case .byHand: nil
    case .here(let recipe): { LocalWorkers(recipe, connecting: $0, log: $1) }
    case .hosts(let launch):
      { address, _ in
        try RemoteWorkers(
          launch.recipe, connecting: address, keys, logs: directory.files.logs,
          report: { tell("\($0)") })
      }
    }
  }
}

extension WorkerSource: CustomStringConvertible {
  var description: String {
    switch self {
    case .byHand: "wanted"
    case .here(let recipe): "\(recipe.count) on this machine"
    case .hosts(let launch): "on \(launch.recipe.hosts.map(\.name).joined(separator: ", "))"
    }
  }
}
