import Checkpoints
import Coordination
import Files
import Foundation
import RawPeers
import Testing
import Training
import Transport
import Wire

@testable import Cluster

/// A process of the command, and what it says.
final class Command {
  private let process = Process()
  private let output = Pipe()

  init(_ arguments: [String]) throws {
    process.executableURL = Bundle.main.bundleURL
      .appending(component: "outerloop")
    process.arguments = arguments
    process.standardError = output
    process.standardOutput = FileHandle.nullDevice
    try process.run()
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  var isRunning: Bool { process.isRunning }

  /// Reads on until a line has `word` in it.
  func line(with word: String) throws -> String {
    var text = ""
    while true {
      let bytes = output.fileHandleForReading.availableData
      text += String(decoding: bytes, as: UTF8.self)
      if let line = text.components(separatedBy: "\n").dropLast().first(where: { $0.contains(word) }
      ) {
        return line
      }
      try #require(!bytes.isEmpty, "the process never said \(word), but: \(text)")
    }
  }

  func waitUntilExit() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Bytes of memory that the process occupies.
  func residentBytes() throws -> Int {
    let path = "/proc/\(process.processIdentifier)/statm"
    let fields = try String(contentsOfFile: path, encoding: .utf8).split(separator: " ")
    return try #require(Int(fields[1])) * Int(getpagesize())
  }
}

/// Sends the same hostilities again and again, and waits until all were heard. Few at a time under one
/// name, or they would not be listened to.
private func flood(
  _ address: String, names: Range<Int>, rounds: Int, frames: (HostilePeer) -> [[UInt8]],
  peer: (UInt64) throws -> HostilePeer
) throws {
  for name in names {
    let peer = try peer(UInt64(name))
    let frames = frames(peer)
    for _ in 0..<rounds { for bytes in frames { peer.send(bytes) } }
    if name.isMultiple(of: 20) { try RawPeer(address).say([UInt8](repeating: 0xFF, count: 3000)) }
    peer.send(.ping(.init(round: nil, leases: [], capacity: 1)))
    while true {
      if case .refusal(let refusal)? = try peer.receive(), refusal.reason == .unknownWorker {
        break
      }
    }
  }
}

/// In a process of its own, so that nobody else's memory is measured.
@Test func aFloodLeavesMemoryFlatAndTheCheckpointAsItIs() throws {
  let folder = FileManager.default.temporaryDirectory.appending(component: "ol-\(UUID())")
  defer { try? FileManager.default.removeItem(at: folder) }
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  let file = folder.appending(component: "small.yaml")
  try Data(smallPlanText(steps: 5).utf8).write(to: file)
  let output = folder.appending(component: "run")
  let coordinator = try Command([
    "coordinator", file.path, "--bind", "tcp://127.0.0.1:*", "--output", output.path,
  ])
  let address = try #require(
    try coordinator.line(with: "workers").split(separator: " ").last.map(String.init))

  let plan = try smallPlan(steps: 5)
  let run = Run(plan)
  func frames(_ peer: HostilePeer) -> [[UInt8]] {
    let sum = peer.bytes(.sum([Float](repeating: 0.25, count: run.trainer.sums.count)))
    let frames = [
      sum.dropLast(9), sum.replacing(0.25, by: .nan).sealed,
      [8, UInt8(Wire.version) + 1] + sum.dropFirst(2), sum,
      peer.bytes(.pong), peer.bytes(.hello(numerics: 9)), peer.bytes(.pong, run: 77),
    ]
    return frames.map { Array($0) }
  }
  func flood(_ names: Range<Int>) throws {
    try ClusterTests.flood(address, names: names, rounds: 3, frames: frames) { id in
      try HostilePeer(address, id: WorkerID(id), RunName(run)) { coordinator.isRunning }
    }
  }
  try flood(1..<200)
  let before = try coordinator.residentBytes()
  try flood(200..<800)
  let growth = try coordinator.residentBytes() - before
  #expect(growth < 1 << 20, "\(growth) bytes more after 12,600 messages more")

  let worker = try Command(["worker", "--connect", address])
  #expect(try coordinator.line(with: "refused in all").contains("damaged frames"))
  #expect(coordinator.waitUntilExit() == 0)
  #expect(worker.waitUntilExit() == 0)
  let checkpoint = try readFile(RunFiles(output.path).checkpoint)
  #expect(checkpoint == plan.trainedAlone())
}
