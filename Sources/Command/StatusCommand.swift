import ArgumentParser
import Checkpoints
import Files
import Foundation
import Telemetry

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show how a run goes: its step, its speed, its workers, what it waits for.",
    discussion: """
      Exit codes: 0 the run is under way; 3 it is over: finished, stopped or failed; 66 there is no \
      run; 69 its coordinator is gone, or cannot be reached.
      """)

  @Argument(
    help: ArgumentHelp(
      "A run's folder, or the address of its page, http://HOST:PORT; by default the run in runs/ "
        + "that was seen last.", valueName: "run|address"),
    completion: .directory)
  var source: String?

  @Flag(help: "Print all there is to know, as one object of JSON.")
  var json = false

  /// For who needs no words.
  private static let over = ExitCode(3)

  func run() throws {
    try reporting {
      let bytes = try bytes()
      guard let status = try? ClusterStatus(json: bytes) else {
        throw Complaint("\(source ?? "runs"): what is there is no status of a run", .data)
      }
      let age = Duration.seconds(max(0, Date().timeIntervalSince1970 - status.time))
      try put(
        json ? String(decoding: bytes, as: UTF8.self) + "\n" : StatusTable(status, age: age).text)
      if status.phase.isOver { throw Self.over }
      guard age < Self.patience else { throw ExitCode(Complaint.Code.unavailable.rawValue) }
    }
  }

  /// A coordinator that is there writes once a second.
  private static let patience = Duration.seconds(5)

  private func bytes() throws -> Data {
    if let source, source.hasPrefix("http:") || source.hasPrefix("https:") {
      return try StatusRequest(source).answer()
    }
    let folder = try source ?? lastSeen()
    let files = RunFiles(folder)
    guard files.isRun else {
      throw Complaint("\(folder): there is no run here, for it has no plan.yaml", .noInput)
    }
    guard exists(files.status) else {
      throw Complaint("\(folder): no coordinator has told of itself here yet", .unavailable)
    }
    return Data(try asInput { () throws(FileError) in try readFile(files.status) })
  }

  private func lastSeen() throws -> String {
    let names = exists("runs") ? try asInput { () throws(FileError) in try listFolder("runs") } : []
    let seen = names.compactMap { name -> (folder: String, time: Double)? in
      let folder = "runs/\(name)"
      guard let bytes = FileManager.default.contents(atPath: RunFiles(folder).status),
        let status = try? ClusterStatus(json: bytes)
      else { return nil }
      return (folder, status.time)
    }
    guard let last = seen.max(by: { $0.time < $1.time }) else {
      throw Complaint("there is no run in runs/; name its folder or its page's address", .noInput)
    }
    return last.folder
  }
}
