import Foundation
import Training

/// What a cluster on this machine adds to computing.
@main
struct ClusterBenchmark {
  static func main() throws {
    if let workers = WorkerProcess(arguments: Array(CommandLine.arguments.dropFirst())) {
      return try workers.run()
    }
    switch CommandLine.arguments.dropFirst().first {
    case nil:
      try printShares()
      try printCrowds()
    case "--thousand": try printThousand()
    case let word?:
      print(
        "error: \(word)? There is only --thousand: a thousand workers, with and without relays and keys."
      )
      exit(64)
    }
  }

  private static func sinusoid(batch: Int, hidden: Int) -> String {
    """
    steps: 10000000
    batch: \(batch)
    tasks: {family: sinusoid, shots: 10, query: 10}
    network: {kind: mlp, hidden: [\(hidden), \(hidden)]}
    learner: {method: maml, inner-rate: 0.01}
    optimizer: {method: adam, rate: 0.001}
    """
  }

  /// A step's ideal is its tasks' time on one core, shared out evenly.
  private static func printShares() throws {
    print(
      """
      share of a step that is not computing (25 tasks a step)
      tasks                 workers   tasks alone, µs   step, µs: least  median   not computing: least  median
      """)
    for workers in [1, 2, 3, 4] {
      let load = try Load(sinusoid(batch: 25, hidden: 40), workers: workers, steps: 5000)
      printShare("sinusoid, 1-40-40-1", serial(load), load, try load.measure())
    }
    for workers in [1, 2, 4, 8] {
      let task = Duration.milliseconds(3)
      let load = try Load(
        sinusoid(batch: 25, hidden: 40), workers: workers, pretence: task, steps: 100)
      printShare("synthetic, 3 ms", 25 * 3000, load, try load.measure())
    }
  }

  private static func printShare(_ name: String, _ alone: Double, _ load: Load, _ costs: Costs) {
    func share(_ time: Double) -> Double { 100 * max(0, 1 - alone / Double(load.workers) / time) }
    print(
      row(name, 20), column(load.workers, 8), column(alone, 17), column(costs.least, 17),
      column(costs.median, 7), column(share(costs.least), 20) + " %",
      column(share(costs.median), 5) + " %")
  }

  /// Microseconds that a step's tasks take on one core, as the least of many rounds.
  private static func serial(_ load: Load) -> Double {
    let runner = TaskRunner(load.run.trainer)
    let state = load.run.trainer.initialState()
    runner.set(state.parameters)
    let episodes = load.run.trainer.episodes(step: 0, load.run.trainer.wholeStep)
    let clock = ContinuousClock()
    let times = (0..<2000).map { _ in
      clock.measure { _ = runner.sum(load.run.trainer.wholeStep, of: 0, episodes) }
    }
    return (times.min() ?? .zero) / .microseconds(1)
  }

  /// One task a worker, in no time. A step has a frame of parameters, a task batch and a
  /// meta-gradient for each worker.
  private static func printCrowds() throws {
    print(
      """

      many workers that compute nothing, a task each
      gradient  workers   steps/s  messages/s   step, ms: least  median   µs/message: \
      own thread, others   repeated a step
      """)
    for (hidden, steps) in [(40, 200), (334, 30)] {
      for workers in [16, 256] {
        let load = try Load(
          sinusoid(batch: workers, hidden: hidden), workers: workers, pretence: .zero,
          steps: steps)
        let (costs, messages) = (try load.measure(), Double(3 * workers))
        print(
          row("\(4 * load.run.trainer.sums.count / 1000) KB", 8), column(workers, 8),
          column(1e6 / costs.mean, 9), column(messages * 1e6 / costs.mean, 11),
          column(costs.least / 1000, 17), column(costs.median / 1000, 7),
          column(costs.ownThread / messages, 24), column(costs.otherThreads / messages, 7),
          column(costs.repeated, 17))
      }
    }
  }

  /// A thousand workers over TCP: alone, with keys, and behind relays of 32.
  private static func printThousand() throws {
    let workers = 1000
    print(
      """
      \(workers) workers that compute nothing, a task each, over TCP
      gradient  keys  relays   gradients/s   step, ms: least  median   coordinator's µs/gradient: \
      own thread, others   sums, repeated a step   peak MB
      """)
    for (hidden, steps) in [(40, 50), (334, 6)] {
      for (path, fanIn) in [(.tcp, nil), (.encrypted, nil), (.tcp, 32), (.encrypted, 32)]
        as [(Load.Path, Int?)]
      {
        var load = try Load(
          sinusoid(batch: workers, hidden: hidden), workers: workers, pretence: .zero,
          steps: steps)
        (load.path, load.fanIn) = (path, fanIn)
        forgetPeakMemory()
        let costs = try load.measure()
        print(
          row("\(4 * load.run.trainer.sums.count / 1000) KB", 9),
          row(path == .encrypted ? "yes" : "no", 5),
          column(fanIn.map { (workers + $0 - 1) / $0 } ?? 0, 6),
          column(Double(workers) * 1e6 / costs.mean, 13), column(costs.least / 1000, 17),
          column(costs.median / 1000, 7), column(costs.ownThread / Double(workers), 30),
          column(costs.otherThreads / Double(workers), 7), column(costs.sums, 22),
          column(costs.repeated, 7), column(peakMemory, 9))
      }
    }
  }

  /// The most memory that was resident since it was last forgotten, in megabytes.
  private static var peakMemory: Double {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return Double(line?.split(separator: " ").dropFirst().first ?? "").map { $0 / 1024 } ?? .nan
  }

  private static func forgetPeakMemory() {
    try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
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
