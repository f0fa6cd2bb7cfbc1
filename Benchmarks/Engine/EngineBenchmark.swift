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
      arena.write((0..<input.shape.count).map { _ in stream.uniform(-0.3...0.3) }, toInput: index)
    }
    executable.prepare(arena)
    let clock = ContinuousClock()
    var best = Duration.seconds(1000)
    var total: UInt64 = 0
    let end = clock.now + limit
    for _ in 0..<rounds where clock.now < end {
      let before = ol_allocations()
      let start = clock.now
      for _ in 0..<runs { executable.run(arena) }
      let elapsed = start.duration(to: clock.now)
      total += ol_allocations() - before
      best = min(best, elapsed)
    }
    microseconds = Double(best.components.attoseconds) / 1e12 / Double(runs)
    microseconds += Double(best.components.seconds) * 1e6 / Double(runs)
    allocations = total
  }
}

/// Multiply-adds that a task needs, counted twice each: those of the products of the schedule a person
/// would write. Padding, transposition and pointwise work do not count.
struct UsefulWork {
  var flops: Double

  /// A second-order MAML task of an MLP is, for each inner step, one gradient (3 products a layer, 2 for
  /// the first) and one Hessian-vector product (6 a layer, 3 for the first), and one query gradient.
  init(widths: [Int], shots: Int, query: Int, steps: Int, order: MAML.Order) {
    let layers = zip(widths, widths.dropFirst()).map { Double($0 * $1) }
    func total(first: Double, others: Double) -> Double {
      zip(layers.indices, layers).map { ($0 == 0 ? first : others) * $1 }.reduce(0, +)
    }
    let gradient = total(first: 2, others: 3)
    let hessian = order == .second ? total(first: 3, others: 6) : 0
    flops = 2 * (Double(steps * shots) * (gradient + hessian) + Double(query) * gradient)
  }
}

@main
struct EngineBenchmark {
  static func main() {
    if CommandLine.arguments.dropFirst() == ["--operations"] {
      for order in [MAML.Order.second, .first] { reportOperations(order) }
      return
    }
    for kernels in Kernels.available {
      let peak = ol_fma_peak(kernels.name)
      print(String(format: "%@: peak %.1f GFLOP/s", kernels.name, peak))
      print("  order   steps   us/task  GFLOP/s  of peak  allocations")
      for order in [MAML.Order.second, .first] {
        for steps in [1, 5] { report(kernels, order, steps, peak) }
      }
    }
  }

  /// MAML's sinusoids: 1-40-40-1, ten points to learn from and ten to be judged on.
  static func report(_ kernels: Kernels, _ order: MAML.Order, _ steps: Int, _ peak: Double) {
    let program = program(order, steps)
    let time = TaskTime(Executable(program, kernels: kernels), rounds: 2000, runs: 50)
    let work = UsefulWork(widths: [1, 40, 40, 1], shots: 10, query: 10, steps: steps, order: order)
    let rate = work.flops / time.microseconds / 1000
    let share = peak > 0 ? String(format: "%6.1f %%", 100 * rate / peak) : "       -"
    print(
      "  \("\(order)".padding(toLength: 7, withPad: " ", startingAt: 0))"
        + String(format: "%6d %9.2f %8.1f ", steps, time.microseconds, rate)
        + share + String(format: " %12d", time.allocations))
  }

  static func program(_ order: MAML.Order, _ steps: Int) -> Program {
    let network = MLP(
      inputs: 1, hidden: [40, 40], outputs: 1, activation: .relu,
      initializer: .truncatedNormal(deviation: 0.01))
    let learner = MAML(
      network: network, loss: .meanSquaredError, innerRate: 0.01, innerSteps: steps, order: order,
      adapts: .all)
    let batch = Batch<Shape>(inputs: [10, 1], targets: [10, 1])
    return learner.metaGradientProgram(Episode(support: batch, query: batch))
  }

  /// Where the time of a task goes: each kernel call of its program, timed alone.
  static func reportOperations(_ order: MAML.Order) {
    let executable = Executable(program(order, 1))
    let arena = Arena(for: executable)
    print("\(executable.kernels), \(order) order, one step")
    for (index, operation) in executable.operations.enumerated() {
      let shapes = operation.operands.map { executable.program.instructions[$0].shape.description }
      print(
        String(format: "%7.1f ns  ", nanoseconds(executable, arena, index))
          + "\(operation.primitive.operation?.name ?? "fill")"
          + " \(shapes.joined(separator: " ")) -> \(operation.shape)")
    }
  }

  /// The best of many rounds.
  static func nanoseconds(_ executable: Executable, _ arena: Arena, _ operation: Int) -> Double {
    let times = 1000
    return (0..<30).map { _ in
      let elapsed = ContinuousClock().measure {
        executable.run(operation: operation, times: times, arena)
      }
      return Double(elapsed.components.attoseconds) / 1e9 / Double(times)
    }.min() ?? 0
  }
}
