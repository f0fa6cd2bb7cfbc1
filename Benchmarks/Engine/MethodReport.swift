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

  static func microseconds(_ executable: Executable, runs: Int) -> Double {
    TaskTime(executable, rounds: 2000, runs: runs, limit: .milliseconds(150)).microseconds
  }

  var text: String {
    let costs = PointwiseCosts(kernels, weights: ground.weights)
    let heading = "\(kernels.name), \(ground.name), 1 inner step, second order\n"
    let columns = "  method          us/task   of MAML  explained   excess\n"
    return heading + columns
      + methods.indices.map { line($0, costs) }.joined(separator: "\n")
  }

  private func line(_ index: Int, _ costs: PointwiseCosts) -> String {
    let method = methods[index]
    let more = costs.microseconds(method.pointwise)
    let explained = method.flops / methods[0].flops + more / times[0]
    let measured = times[index] / times[0]
    return "  " + method.name.padding(toLength: 12, withPad: " ", startingAt: 0)
      + String(
        format: "%11.2f %9.2f %10.2f %7.0f %%", times[index], measured, explained,
        100 * (measured / explained - 1))
  }
}
