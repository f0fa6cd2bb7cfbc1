import Checkpoints
import Foundation
import Testing

extension CommandTests {
  /// What TensorBoard's own reader makes of a run, where Python has it: `OUTERLOOP_PYTHON` may name
  /// the interpreter of a virtual environment.
  @Suite(.enabled(if: TensorBoard.isThere, "needs Python's tensorboard"))
  struct TensorBoardTests {
    @Test func aResumedRunIsReadBackAsItWasMeasured() throws {
      let run = try Run(["steps=1000000", "checkpoint.every=40"])
      let command = try run.train(["--workers", "1", "--metrics-every", "1"])
      try run.passes(100, command)
      command.send(SIGKILL)
      _ = try command.outcome()
      let resumed = try run.resume(["--workers", "1", "--metrics-every", "1"])
      let saved = try run.checkpoint().step
      try run.passes(saved + 100, resumed)
      resumed.send(SIGTERM)
      #expect(try resumed.outcome().ending == .exit(0))
      let steps = try run.recordedSteps()
      #expect(steps == Array(1...(steps.last ?? 0)))
      let losses = try TensorBoard.scalars(of: run.folder)["train/loss_after"] ?? []
      #expect(losses.map(\.step) == steps)
      #expect(losses.map { Float($0.value) } == (try run.records().map(\.loss_after)))
    }
  }
}

private enum TensorBoard {
  private static var python: String {
    ProcessInfo.processInfo.environment["OUTERLOOP_PYTHON"] ?? "python3"
  }

  static let isThere = (try? said(["-c", "import tensorboard"])) != nil

  static func scalars(of folder: String) throws -> [String: [(step: Int, value: Double)]] {
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../scripts/read-events").standardized.path
    var found: [String: [(step: Int, value: Double)]] = [:]
    for line in try said([script, folder]).split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 3, let step = Int(words[1]), let value = Double(words[2]) else {
        throw Missing("a tag, a step and a value in \(line)")
      }
      found[String(words[0]), default: []].append((step, value))
    }
    return found
  }

  /// What Python prints, if it succeeds.
  private static func said(_ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [python] + arguments
    let output = Pipe()
    (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Missing("\(arguments) in \(python)") }
    return String(decoding: text, as: UTF8.self)
  }
}
