import Coordination
import Execution
import Foundation
import Graphs
import NDArrays
import Testing
import Training

/// Weights of one half on losses of one and three, pushed by a quarter.
private func weights(normalizeEvery: Int) -> TaskWeights {
  TaskWeights(
    TaskWeights.Settings(
      initial: 0.5, rate: 0.25, perturbation: 0.25, normalizeEvery: normalizeEvery),
    batch: 2, kernels: .fastest)
}

private func moved(
  _ method: TaskWeights, step: Int = 0, seed: UInt64, losses: [Float] = [1, 3]
) -> [Float] {
  let step = OuterStep(
    number: step, batch: 2, memory: method.initialMemory(batch: 2, Parameters([])),
    key: RandomKey(seed: seed))
  let rows = Parameters([("loss", NDArray(losses, shape: [2]))])
  return method.memory(after: step, tasks: step.freshTasks, rows: rows)["weights"].elements
}

private func isClose(_ found: [Float], _ expected: [Double]) -> Bool {
  zip(found, expected).allSatisfy { abs(Double($0) - $1) < 1e-5 * abs($1) }
}

@Suite struct TaskWeightsTests {
  /// By hand. With equal signs the weights are pushed to 3/4 and 1/4, where
  /// `y+ = 4/2 / (9/16) + log 9/16 = 2.980192` and `y- = 4/2 · 16 + log 1/16 = 29.227411`; with unequal ones
  /// the logarithms cancel, and `y+ - y- = (1 · 16/9 + 3 · 16 - 1 · 16 - 3 · 16/9) / 2 = 128/9`. Turning all
  /// signs round changes nothing.
  @Test func theFirstStepIsAsByHand() {
    let equal = 0.5 + 0.25 * (29.227411 - 2.980192) / 0.5
    let unequal = 0.25 * (128.0 / 9) / 0.5
    let found = (0..<20).map { moved(weights(normalizeEvery: 0), seed: $0) }
    let isEqual = found.map { isClose($0, [equal, equal]) }
    let isUnequal = found.map { isClose($0, [0.5 - unequal, 0.5 + unequal]) }
    #expect(zip(isEqual, isUnequal).allSatisfy { $0 != $1 }, "\(found)")
    #expect(isEqual.contains(true) && isUnequal.contains(true))
  }

  /// At the 64th step the rate is half of its own, and the push `64^(-1/24)`, which is `2^(-1/4)`, of its own.
  @Test func ratesAndPushesShrink() {
    let push = 0.25 * 0.840896415
    func y(_ w: Double) -> Double { 2 / (w * w) + 2 * log(w) }
    let equal = 0.5 - 0.125 * (y(0.5 + push) - y(0.5 - push)) / (2 * push)
    let found = (0..<20).map { moved(weights(normalizeEvery: 0), step: 63, seed: $0) }
    #expect(found.contains { isClose($0, [equal, equal]) }, "\(found), not \(equal)")
  }

  @Test func weightsAreDividedByTheirNormWhenItIsDue() {
    for seed in 0..<4 as Range<UInt64> {
      let (free, bound) = (weights(normalizeEvery: 0), weights(normalizeEvery: 3))
      #expect(moved(bound, step: 1, seed: seed) == moved(free, step: 1, seed: seed))
      let long = moved(free, step: 2, seed: seed).map(Double.init)
      let norm = (long[0] * long[0] + long[1] * long[1]).squareRoot()
      #expect(isClose(moved(bound, step: 2, seed: seed), long.map { $0 / norm }))
    }
  }

  @Test func weightsBeginAtOneByTheNumberOfTasks() {
    let settings = TaskWeights.Settings(
      initial: nil, rate: 0.25, perturbation: 15, normalizeEvery: 100)
    let method = TaskWeights(settings, batch: 4, kernels: .fastest)
    let memory = method.initialMemory(batch: 4, Parameters([]))
    let step = OuterStep(number: 0, batch: 4, memory: memory, key: RandomKey(seed: 1))
    #expect(memory["weights"].elements == [0.25, 0.25, 0.25, 0.25])
    #expect(method.told(in: step, tasks: step.freshTasks)["weight"].elements == [16, 16, 16, 16])
  }

  /// All weights alike scale the meta-gradient: one half counts four times.
  @Test func aTaskCountsOneByTheSquareOfItsWeight() throws {
    let plain = try smallTrainer()
    let weighed = try smallTrainer("outer={method: task-weights, initial: 0.5}")
    let state = weighed.initialState()
    let (one, other) = (TaskRunner(plain), TaskRunner(weighed))
    one.set(plain.given(of: state))
    other.set(weighed.given(of: state))
    let whole = plain.wholeStep
    let sums = [one, other].map { $0.sum(whole, of: 0, plain.episodes(step: 0, whole)).values }
    #expect(sums[1].prefix(2) == sums[0].prefix(2))
    #expect(Array(sums[1][2..<plain.sums.count]) == sums[0].dropFirst(2).map { 4 * $0 })
    #expect(sums[1].count == plain.sums.count + 7)
  }
}
