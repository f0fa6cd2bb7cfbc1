import CAllocations
import CPeak
import Episodes
import Execution
import Foundation
import Graphs
import MetaLearning
import NDArrays
import Networks

/// The time of one task's meta-gradient on one core, as the best of many rounds.
struct TaskTime {
  var microseconds: Double
  var allocations: UInt64

  /// Runs a program again and again on data it is given once, as a worker does on task after task.
  init(_ executable: Executable, rounds: Int, runs: Int, limit: Duration = .seconds(2)) {
    let arena = Arena(for: executable)
    var stream = RandomKey(seed: 1).stream
    for (index, input) in executable.program.inputs.enumerated() {
      // Noise lies between zero and one.
      let range: ClosedRange<Float> = input.name.hasPrefix("noise.") ? 0.1...0.9 : -0.3...0.3
      arena.write((0..<input.shape.count).map { _ in stream.uniform(range) }, toInput: index)
    }
    executable.prepare(arena)
    let clock = ContinuousClock()
    var best = Duration.seconds(1000)
    var total: UInt64 = 0
    let end = clock.now + limit
    for _ in 0..<rounds where clock.now < end {
      let before = ol_allocations().times
      let start = clock.now
      for _ in 0..<runs { executable.run(arena) }
      let elapsed = start.duration(to: clock.now)
      total += ol_allocations().times - before
      best = min(best, elapsed)
    }
    microseconds = Double(best.components.attoseconds) / 1e12 / Double(runs)
    microseconds += Double(best.components.seconds) * 1e6 / Double(runs)
    allocations = total
  }
}

extension TaskTime {
  init(_ executable: Executable, _ workload: Workload) {
    self.init(executable, rounds: 2000, runs: workload.flops < 1e7 ? 50 : 1)
  }
}

@main
struct EngineBenchmark {
  /// With the name of an instruction set, only that one; with words after it, only the workloads whose
  /// name has them. With `--operations` before all, what each kernel call of them takes; with `--json`,
  /// a line of JSON for each workload and no table; with `--methods`, what other methods cost beside MAML.
  static func main() {
    var arguments = CommandLine.arguments.dropFirst()
    let option = arguments.first.flatMap {
      ["--operations", "--json", "--methods"].contains($0) ? $0 : nil
    }
    if option != nil { arguments.removeFirst() }
    let chosen = Kernels.available.filter { $0.name == arguments.first }
    if !chosen.isEmpty { arguments.removeFirst() }
    let kernels = chosen.isEmpty ? Kernels.available : chosen
    let word = arguments.joined(separator: " ")
    let workloads = Workload.all.filter { word.isEmpty || $0.name.contains(word) }
    switch option {
    case "--methods": for kernels in kernels { reportMethods(kernels, word) }
    case "--operations":
      for workload in workloads { reportOperations(workload, kernels[0]) }
      for ground in MethodGround.all { reportOperations(ground, kernels[0], word) }
    case "--json": for workload in workloads { print(json(workload, kernels[0])) }
    default: for kernels in kernels { report(kernels, workloads) }
    }
  }

  static func report(_ kernels: Kernels, _ workloads: [Workload]) {
    let peak = ol_fma_peak(kernels.name)
    print(String(format: "%@: peak %.1f GFLOP/s", kernels.name, peak))
    print("  \(padded("task"))     us/task  GFLOP/s  of peak    memory      needed  allocations")
    for workload in workloads where workload.flops < 1e7 || kernels.name != "portable" {
      report(kernels, workload, peak)
    }
  }

  static func report(_ kernels: Kernels, _ workload: Workload, _ peak: Double) {
    let executable = Executable(workload.program, kernels: kernels)
    let time = TaskTime(executable, workload)
    let rate = workload.flops / time.microseconds / 1000
    let share = peak > 0 ? String(format: "%6.1f %%", 100 * rate / peak) : "       -"
    print(
      "  \(padded(workload.name))"
        + String(format: "%12.2f %8.1f ", time.microseconds, rate) + share
        + String(
          format: "%7.2f MB %8.2f MB %12d", Double(executable.peakBytes) / 1e6,
          Double(executable.liveBytes) / 1e6, time.allocations))
  }

  static func reportMethods(_ kernels: Kernels, _ word: String) {
    for ground in MethodGround.all where word.isEmpty || ground.name.contains(word) {
      print(MethodReport(kernels, ground).text)
    }
  }

  /// For programs that read it: the time, and what the task is.
  static func json(_ workload: Workload, _ kernels: Kernels) -> String {
    let executable = Executable(workload.program, kernels: kernels)
    let time = TaskTime(executable, workload)
    return """
      {"task": "\(workload.name)", "kernels": "\(kernels.name)", \
      "microseconds": \(time.microseconds), "flops": \(workload.flops), \
      "bytes": \(executable.peakBytes), "allocations": \(time.allocations)}
      """
  }

  /// Where the time of a task goes: each kernel call of its program, timed alone.
  static func reportOperations(_ workload: Workload, _ kernels: Kernels) {
    reportOperations(workload.name, workload.program, kernels)
  }

  /// Of the methods whose names have the word.
  static func reportOperations(_ ground: MethodGround, _ kernels: Kernels, _ word: String) {
    for method in ground.methods where !word.isEmpty {
      let name = "\(ground.name), \(method.name)"
      guard name.contains(word) else { continue }
      reportOperations(name, method.learner.metaGradientProgram(ground.shapes), kernels)
    }
  }

  private static func reportOperations(_ name: String, _ program: Program, _ kernels: Kernels) {
    let executable = Executable(program, kernels: kernels)
    let arena = Arena(for: executable)
    print("\(executable.kernels), \(name)")
    for (index, operations) in executable.operations.enumerated() {
      guard let operation = operations.first else { continue }
      let shapes = operation.operands.map { executable.program.instructions[$0].shape.description }
      let times = name.hasPrefix("sinusoid") ? 1000 : 3
      print(
        String(format: "%9.1f ns  ", nanoseconds(executable, arena, index, times: times))
          + "\(operation.primitive.operation?.name ?? "fill")"
          + " \(shapes.joined(separator: " ")) -> \(operation.shape)"
          + (operations.count > 1 ? " and \(operations.count - 1) like it" : ""))
    }
  }

  /// The best of many rounds.
  static func nanoseconds(
    _ executable: Executable, _ arena: Arena, _ operation: Int, times: Int
  ) -> Double {
    (0..<30).map { _ in
      let elapsed = ContinuousClock().measure {
        executable.run(operation: operation, times: times, arena)
      }
      return Double(elapsed.components.attoseconds) / 1e9 / Double(times)
    }.min() ?? 0
  }

  private static func padded(_ text: String) -> String {
    text.padding(toLength: 36, withPad: " ", startingAt: 0)
  }
}
