import Checkpoints
import Coordination
import Execution
import Foundation
import Graphs
import NDArrays
import Training

/// A run's folder, and what a test does with it.
final class Run {
  private let scratch: Scratch
  let folder: String
  private let settings: [String]

  /// A run of the small plan with some values replaced.
  init(_ settings: [String] = []) throws {
    scratch = try Scratch()
    folder = scratch.file("run")
    self.settings = Self.small + settings
  }

  /// A run that goes on until it is stopped.
  static func endless() throws -> Run { try Run(["steps=1000000"]) }

  /// MAML on sinusoids, as short as it can be and still be saved several times.
  static let small = [
    "steps=24", "batch=7", "network.hidden=[8, 8]", "tasks.shots=5", "tasks.query=4",
    "evaluation.tasks=4", "evaluation.inner-steps=2", "checkpoint.every=5",
  ]

  var files: RunFiles { RunFiles(folder) }
  /// A socket for workers that are started by hand.
  var address: String { "ipc://" + scratch.file("socket") }

  /// `--set` for every value.
  static func overrides(_ settings: [String]) -> [String] { settings.flatMap { ["--set", $0] } }

  func train(
    _ arguments: [String], environment: [String: String] = [:], shell: String? = nil
  ) throws -> Command {
    try Command(
      ["train", "sinusoid", "-o", folder] + Self.overrides(settings) + arguments,
      environment: environment, shell: shell)
  }

  func coordinate(_ arguments: [String], bind: String? = nil) throws -> Command {
    try Command(
      ["coordinator", "sinusoid", "-o", folder, "--bind", bind ?? address]
        + Self.overrides(settings) + arguments)
  }

  func resume(_ arguments: [String]) throws -> Command {
    try Command(["train", "--resume", folder] + arguments)
  }

  /// - Parameter place: of the relay that it works for; the coordinator's own, if not given.
  func work(_ arguments: [String] = [], at place: String? = nil) throws -> Command {
    try Command(["worker", "--connect", place ?? address] + arguments)
  }

  /// - Parameters:
  ///   - place: where its workers connect.
  ///   - above: the place of the relay above it.
  func relay(at place: String, below above: String? = nil) throws -> Command {
    try Command(["relay", "--connect", above ?? address, "--bind", place])
  }

  /// An address of this run's own.
  func place(_ name: String) -> String { "ipc://" + scratch.file(name) }
}

// MARK: - What a run leaves behind

extension Run {
  var plan: RunPlan {
    get throws {
      try RunPlan(
        yaml: Catalogue.standard.plan(named: "sinusoid")?.yaml ?? "", source: "sinusoid",
        overrides: settings)
    }
  }

  func checkpoint() throws -> Checkpoint { try Checkpoint(contentsOf: files.checkpoint) }

  /// What training one task batch after the other in this process comes to.
  ///
  /// - Parameter steps: where to stop before the end.
  func serial(until steps: Int? = nil) throws -> Checkpoint {
    let plan = try plan
    let trainer = Trainer(plan: plan)
    let runner = TaskRunner(trainer)
    let state = (0..<(steps ?? plan.steps)).reduce(trainer.initialState()) { state, _ in
      trainer.stepped(state, runner)
    }
    return Checkpoint(
      step: state.step, parameters: state.parameters, optimizer: state.optimizer,
      memory: state.memory,
      plan: plan.description)
  }

  func text(_ file: String) throws -> String { try String(contentsOfFile: file, encoding: .utf8) }

  /// The lines of metrics.
  func lines() throws -> [Metrics] {
    guard let data = FileManager.default.contents(atPath: files.metrics) else { return [] }
    // What is being written while it is read may end in half a line.
    let whole = data[..<(data.lastIndex(of: UInt8(ascii: "\n")) ?? data.startIndex)]
    return try whole.split(separator: UInt8(ascii: "\n")).map {
      try JSONDecoder().decode(Metrics.self, from: Data($0))
    }
  }

  /// Those of training.
  func records() throws -> [Metrics] { try lines().filter { $0.workers != nil } }

  struct Metrics: Decodable {
    var step: Int
    var workers: Int?
    var loss_after: Float?
    var validation_loss: Double?
    var evaluation_loss: Double?
    var best_step: Int?
  }

  func recordedSteps() throws -> [Int] { try records().map(\.step) }

  /// Waits until there are so many workers.
  func has(_ workers: Int, _ command: Command) throws {
    try eventually("\(workers) workers, after: \(command.errors)") {
      try records().last?.workers == workers
    }
  }

  /// Waits until training has got beyond `step`.
  func passes(_ step: Int, _ command: Command) throws {
    try eventually("step \(step), after: \(command.errors)") {
      try !command.isRunning || recordedSteps().last ?? 0 > step
    }
  }
}
