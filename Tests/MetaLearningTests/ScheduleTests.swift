import Foundation
import Graphs
import NDArrays
import Optimizers
import Testing

@Suite struct ScheduleTests {
  private func rates(_ schedule: Schedule, at steps: [Double]) -> [Double] {
    let program = Program.trace([Program.Input("step", [])]) { [schedule($0[0])] }
    return steps.map { program.reference([[$0]])[0][0] }
  }

  @Test func aConstantStays() {
    #expect(rates(.constant(0.5), at: [0, 1, 70_000]) == [0.5, 0.5, 0.5])
  }

  @Test func aLineEndsAndStays() {
    #expect(
      rates(.linear(from: 1, to: 0.5, steps: 4), at: [0, 1, 2, 4, 5, 1000])
        == [1, 0.875, 0.75, 0.5, 0.5, 0.5])
  }

  @Test func aCosineFallsSlowlyFirstAndLast() {
    let steps = [0.0, 2, 4, 8, 100]
    let expected = steps.map { 0.5 + 0.25 * (1 + cos(.pi * min($0 / 8, 1))) }
    expectEqual(
      [rates(.cosine(from: 1, to: 0.5, steps: 8), at: steps)], [expected], to: 1e-7)
  }

  @Test func aStepFallsAtItsStepAndIsFlatBetween() {
    let schedule = Schedule.stepwise(from: 0.75, factor: 0.5, at: [10, 20])
    #expect(
      rates(schedule, at: [0, 9, 10, 19, 20, 1e6]) == [0.75, 0.75, 0.375, 0.375, 0.1875, 0.1875])
    #expect(rates(.stepwise(from: 0.75, factor: 0.5, at: []), at: [0, 99]) == [0.75, 0.75])
  }
}
