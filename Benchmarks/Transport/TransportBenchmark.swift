import Foundation
import Transport

/// Who sends how much to whom over what.
struct Load {
  var address: String
  var workers = 1
  var requestBytes: Int
  var answerBytes: Int
  var coordinatorSpin = Duration.zero
  var workerSpin = Duration.zero
  var steps: Int

  func run() throws -> StepCosts {
    let side = try CoordinatorSide(self)
    defer {
      side.workers.terminate()
      side.workers.waitUntilExit()
    }
    return side.costs(steps: steps)
  }
}

@main
struct TransportBenchmark {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if let workers = AnsweringWorkers(arguments: arguments) { workers.run() }
    let socketPath = NSTemporaryDirectory() + "transport-benchmark-\(getpid())"
    defer { unlink(socketPath) }
    let transports = [("ipc", "ipc://\(socketPath)"), ("tcp", "tcp://127.0.0.1:*")]
    try printRoundTrips(transports)
    try printThroughput(transports, workers: arguments.compactMap { Int($0) })
  }

  /// One worker: a frame there and one of its size back.
  private static func printRoundTrips(_ transports: [(String, String)]) throws {
    print("round trip, µs         bytes    spin (µs)      least    median  99 of 100")
    for (name, address) in transports {
      for (bytes, steps) in [(0, 20_000), (7000, 20_000), (450_000, 3000)] {
        for (own, workers) in spins(bytes) {
          let costs = try Load(
            address: address, requestBytes: bytes, answerBytes: bytes,
            coordinatorSpin: .microseconds(own), workerSpin: .microseconds(workers), steps: steps
          ).run()
          let (least, median) = (costs.times[0], costs.time(atQuantile: 0.5))
          print(
            row(name, 16), column(bytes, 11), row("    \(own) / \(workers)", 14),
            column(least, 8), column(median, 9), column(costs.time(atQuantile: 0.99), 9))
        }
      }
    }
  }

  /// Microseconds for which the two sides look before they sleep: compared on empty frames only.
  private static func spins(_ bytes: Int) -> [(Int, Int)] {
    bytes == 0 ? [(0, 0), (100, 0), (0, 100), (100, 100)] : [(0, 0)]
  }

  /// Many workers: 7 KB to each, and 7 or 450 KB from each.
  private static func printThroughput(
    _ transports: [(String, String)], workers counts: [Int]
  ) throws {
    print("\nsteps of many workers  answer  workers   messages/s   µs/message: own thread, others")
    for (name, address) in transports {
      for bytes in [7000, 450_000] {
        for workers in counts.isEmpty ? [16, 256] : counts {
          let steps = max(10, 100_000_000 / (bytes * workers))
          let costs = try Load(
            address: address, workers: workers, requestBytes: 7000, answerBytes: bytes,
            steps: min(steps, 400)
          ).run()
          let rate = Double(2 * workers) / costs.time(atQuantile: 0.5) * 1e6
          print(
            row(name, 20), column(bytes, 8), column(workers, 8), column(Int(rate), 12),
            column(costs.ownThread, 21), column(costs.otherThreads, 8))
        }
      }
    }
  }

  private static func row(_ text: String, _ width: Int) -> String {
    text.padding(toLength: width, withPad: " ", startingAt: 0)
  }

  private static func column(_ value: Int, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - "\(value)".count)) + "\(value)"
  }

  private static func column(_ value: Double, _ width: Int) -> String {
    let text = String(format: "%.1f", value)
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
