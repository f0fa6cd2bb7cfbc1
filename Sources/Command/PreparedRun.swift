import Checkpoints
import Cluster
import Files
import Graphs
import NDArrays
import Telemetry
import Training

/// A run that is ready to begin, or to go on: workers may come, and its folder is locked.
struct PreparedRun {
  let run: Run
  let listener: Listener
  let directory: RunDirectory
  let state: TrainingState
  /// The step of the checkpoint that the state comes from.
  let saved: Int?
  let board = StatusBoard()
  /// Shows the board to browsers, if that was asked for.
  let pages: StatusPages?

  /// - Parameter address: where to listen. If that fails, a new run leaves no folder behind.
  /// - Parameter keys: those that workers must have been allowed by, if any.
  init(_ options: RunOptions, listeningAt address: String, _ keys: CoordinatorKeys?) throws {
    if let folder = options.continued {
      try self.init(resuming: folder, options, address, keys)
    } else {
      try self.init(beginning: options, address, keys)
    }
  }

  private init(
    beginning options: RunOptions, _ address: String, _ keys: CoordinatorKeys?
  ) throws {
    let (plan, word) = try options.plan.resolved()
    run = Run(plan, kernels: options.kernels.resolved)
    try run.checkMessages()
    pages = try options.status.pages(of: board)
    listener = try Listener(address, for: run, keys: keys)
    directory = try RunDirectory.create(
      options.output ?? Self.freeFolder(word), plan: plan.description)
    (state, saved) = (run.initialState(), nil)
  }

  private init(
    resuming folder: String, _ options: RunOptions, _ address: String, _ keys: CoordinatorKeys?
  ) throws {
    directory = try RunDirectory.open(folder)
    let plan = try RunPlan(
      yaml: asInput(directory.plan), source: directory.files.plan, catalogue: .current
    ).withImages()
    run = Run(plan, kernels: options.kernels.resolved)
    try run.checkMessages()
    pages = try options.status.pages(of: board)
    listener = try Listener(address, for: run, keys: keys)
    (state, saved) = try Self.latestState(run, directory)
  }

  private static func freeFolder(_ word: String) -> String {
    let names = ["runs/\(word)"] + (2...9999).lazy.map { "runs/\(word)-\($0)" }
    return names.first { !exists($0) } ?? "runs/\(word)"
  }

  private static func latestState(
    _ run: Run, _ directory: RunDirectory
  ) throws -> (TrainingState, saved: Int?) {
    guard let loaded = try directory.latestCheckpoint() else {
      tell("\(directory.files.path): no checkpoint yet; beginning anew")
      return (run.initialState(), nil)
    }
    if let damage = loaded.passedOver {
      tell("warning: \(damage); going on from \(loaded.path)")
    }
    var state = try TrainingState(loaded, of: run)
    state.best = try best(run, upTo: state.step, directory)
    return (state, state.step)
  }

  /// What validation had found best by then. What it found later it will find again.
  private static func best(
    _ run: Run, upTo step: Int, _ directory: RunDirectory
  ) throws -> TrainingState.Best? {
    let path = directory.files.bestCheckpoint
    guard exists(path) else { return nil }
    let best = try Checkpoint(contentsOf: path)
    guard best.step <= step, let score = best.score else { return nil }
    let parameters = try best.parameters.conforming(to: run.trainer.parameters, in: path)
    return TrainingState.Best(step: best.step, score: score, parameters: parameters)
  }
}
