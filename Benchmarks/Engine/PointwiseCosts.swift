import Execution
import Graphs
import NDArrays

/// What work on every weight takes, each kind of it measured in a program that does nothing else.
struct PointwiseCosts {
  /// Microseconds in which all weights are multiplied and added to.
  private let pass: Double
  /// Microseconds of one draw, and of its derivative, among many.
  private let draw: Double
  /// Microseconds of a step of Adam from moments of zero, and of the way back from where it leads.
  private let adamStep: Double

  init(_ kernels: Kernels, weights: Int) {
    func microseconds(_ names: [String], _ count: Int, _ body: ([Tensor]) -> [Tensor]) -> Double {
      let program = Program.trace(names.map { Program.Input($0, [count]) }, body)
      return MethodReport.microseconds(Executable(program, kernels: kernels), runs: 50)
    }
    pass = microseconds(["a", "b", "c"], weights) { [$0[0] * $0[1] + $0[2]] }
    let drawn = 1600
    draw =
      microseconds(["logits", "noise.mask"], drawn) {
        let noisy = $0[0] + ($0[1].log - (1 - $0[1]).log)
        let relaxed = noisy.sigmoid
        return [noisy.filled(with: 1).gated(by: noisy), relaxed * (1 - relaxed)]
      } / Double(drawn)
    adamStep = microseconds(["weights", "slope"], weights) {
      let second = 1e-3 * ($0[1] * $0[1])
      let adapted = $0[0] - 1e-3 * ($0[1] / ((1e3 * second).squareRoot + 1e-8))
      return [adapted, $0[0] - adapted]
    }
  }

  func microseconds(_ work: Method.Pointwise) -> Double {
    work.passes * pass + Double(work.draws) * draw + work.adamSteps * adamStep
  }
}
