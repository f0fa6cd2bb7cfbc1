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

/// A coordinator of the small plan in a process of its own, and its files.
private final class CoordinatorProcess {
  let command: Command
  let address: String
  private let folder = FileManager.default.temporaryDirectory
    .appending(component: "ol-\(UUID())")

  var output: String { folder.appending(component: "run").path }

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appending(component: "small.yaml")
    try Data(smallPlanText(steps: 5).utf8).write(to: file)
    command = try Command([
      "coordinator", file.path, "--bind", "tcp://127.0.0.1:*", "--output",
      folder.appending(component: "run").path,
    ])
    let words = try command.line(with: "workers").split(separator: " ")
    address = try #require(words.last.map(String.init))
  }

  deinit {
    do { try FileManager.default.removeItem(at: folder) } catch {
      print("left \(folder): \(error)")
    }
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
  let process = try CoordinatorProcess()
  let (coordinator, address) = (process.command, process.address)
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
  let checkpoint = try readFile(RunFiles(process.output).checkpoint)
  #expect(checkpoint == plan.trainedAlone())
}

/// What comes before the coordinator's thread gets a processor is taken in, be it a flood or not; the rest is
/// not. Over and over under one name, by someone who reads no answer and connects again when cut off.
@Test func whoFloodsIsCutOffBeforeMemoryFills() throws {
  let process = try CoordinatorProcess()
  let peer = try HostilePeer(
    process.address, id: WorkerID(13), RunName(Run(smallPlan(steps: 5)))
  ) { process.command.isRunning }
  let before = try process.command.residentBytes()
  let longest = [UInt8](repeating: 7, count: 64 << 10)
  for _ in 0..<2000 { peer.send(longest) }
  let growth = try process.command.residentBytes() - before
  #expect(growth < 96 << 20, "\(growth) bytes more after \(2000 * longest.count) bytes")
  let worker = try Command(["worker", "--connect", process.address])
  #expect(try process.command.line(with: "struck off").contains("breaks the protocol"))
  #expect(process.command.waitUntilExit() == 0)
  #expect(worker.waitUntilExit() == 0)
  let checkpoint = try readFile(RunFiles(process.output).checkpoint)
  #expect(try checkpoint == smallPlan(steps: 5).trainedAlone())
}
