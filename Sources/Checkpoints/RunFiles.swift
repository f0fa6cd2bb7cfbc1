import Files

/// Where the files of a run are. Anyone may read them, while the run goes on too.
public struct RunFiles: Equatable, Sendable {
  /// The run's folder.
  public let path: String

  public init(_ path: String) { self.path = path }

  /// The resolved run plan.
  public var plan: String { path + "/plan.yaml" }
  /// A line for each recorded step.
  public var metrics: String { path + "/metrics.jsonl" }
  public var checkpoint: String { folder + "/checkpoint.safetensors" }
  /// The one before, for when the newest cannot be read.
  public var previousCheckpoint: String { folder + "/checkpoint.previous.safetensors" }
  /// A newest one that could not be read, put aside.
  public var damagedCheckpoint: String { folder + "/checkpoint.damaged.safetensors" }
  /// That of the parameters which validation found best.
  public var bestCheckpoint: String { folder + "/best.safetensors" }
  public var evaluation: String { path + "/evaluation.json" }
  /// How the run is, replaced once a second while a coordinator sees to it.
  public var status: String { path + "/status.json" }
  /// The picture of adaptation.
  public var picture: String { path + "/adaptation.svg" }
  /// Held by the coordinator that trains, whose process it names.
  public var lock: String { path + "/lock" }
  /// What workers on other machines said, a file for each machine.
  public var logs: String { path + "/logs" }
  /// How many coordinators have trained here.
  public var epoch: String { path + "/epoch" }

  /// The folder of checkpoints.
  var folder: String { path + "/checkpoints" }

  /// Whether a run was made here.
  public var isRun: Bool { exists(plan) }
}

extension RunFiles {
  /// The newest checkpoint that can be read; `nil` if none was written yet.
  ///
  /// - Throws: what is wrong with the newest, if there are some and none can be read.
  public func latestCheckpoint() throws(LoadError) -> LoadedCheckpoint? {
    var refusal: LoadError?
    for path in [checkpoint, previousCheckpoint] where exists(path) {
      do {
        return LoadedCheckpoint(
          checkpoint: try Checkpoint(contentsOf: path), path: path, passedOver: refusal)
      } catch {
        refusal = refusal ?? error
      }
    }
    if let refusal { throw refusal }
    return nil
  }
}
