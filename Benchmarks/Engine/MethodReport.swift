import Execution
import Foundation
import Graphs
import MetaLearning
import NDArrays

/// What methods cost beside MAML, and how much of it their arithmetic explains.
struct MethodReport {
  let kernels: Kernels
  let ground: MethodGround
  private let methods: [Method]
  /// Of each method, the least time of a task.
  private let times: [Double]

  /// Rounds go over all methods, so that what slows the machine for a while slows no one of them.
  init(_ kernels: Kernels, _ ground: MethodGround, rounds: Int = 4) {
    (self.kernels, self.ground, methods) = (kernels, ground, ground.methods)
    let executables = methods.map {
      Executable($0.learner.metaGradientProgram(ground.shapes), kernels: kernels)
    }
    times = (0..<rounds).reduce([Double](repeating: .infinity, count: methods.count)) { least, _ in
      zip(least, executables).map { least, executable in
        min(least, Self.microseconds(executable, runs: ground.work.gradient < 1e5 ? 50 : 1))
      }
    }
  }

  private static func microseconds(_ executable: Executable, runs: Int) -> Double {
    TaskTime(executable, rounds: 2000, runs: runs, limit: .milliseconds(150)).microseconds
  }

  var text: String {
    let (pass, draw) = (passTime, drawTime)
    let heading = "\(kernels.name), \(ground.name), 1 inner step, second order\n"
    let columns = "  method          us/task   of MAML  explained   excess\n"
    return heading + columns
      + methods.indices.map { line($0, pass: pass, draw: draw) }.joined(separator: "\n")
  }

  private func line(_ index: Int, pass: Double, draw: Double) -> String {
    let method = methods[index]
    let more = method.pointwise.passes * pass + Double(method.pointwise.draws) * draw
    let explained = method.flops / methods[0].flops + more / times[0]
    let measured = times[index] / times[0]
    return "  " + method.name.padding(toLength: 12, withPad: " ", startingAt: 0)
      + String(
        format: "%11.2f %9.2f %10.2f %7.0f %%", times[index], measured, explained,
        100 * (measured / explained - 1))
  }
}

// MARK: - What pointwise work costs

extension MethodReport {
  /// Microseconds in which all weights are multiplied and added to.
  private var passTime: Double {
    let shape: Shape = [ground.weights]
    let program = Program.trace(["a", "b", "c"].map { Program.Input($0, shape) }) {
      [$0[0] * $0[1] + $0[2]]
    }
    return Self.microseconds(Executable(program, kernels: kernels), runs: 50)
  }

  /// Microseconds in which a number is drawn and its derivative known, of many: two logarithms, a sigmoid
  /// and what is done with them.
  private var drawTime: Double {
    let count = 1600
    let program = Program.trace(["logits", "noise"].map { Program.Input($0, [count]) }) {
      let noisy = $0[0] + ($0[1].log - (1 - $0[1]).log)
      let relaxed = noisy.sigmoid
      return [noisy.filled(with: 1).gated(by: noisy), relaxed * (1 - relaxed)]
    }
    return Self.microseconds(Executable(program, kernels: kernels), runs: 50) / Double(count)
  }
}
