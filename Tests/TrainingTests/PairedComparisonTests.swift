import MetaLearning
import Testing
import Training

private func plan(_ overrides: [String] = []) throws -> RunPlan {
  try RunPlan(
    yaml: """
      steps: 0
      batch: 1
      tasks: {family: sinusoid, shots: 5}
      network: {kind: mlp, hidden: [6, 5], initializer: {kind: glorot-uniform}}
      learner: {method: maml, inner-rate: 0.05}
      optimizer: {method: adam, rate: 0.001}
      evaluation: {tasks: 6, inner-steps: 2}
      """, source: "test", overrides: overrides)
}

private func evaluation(_ overrides: [String]) throws -> Evaluation {
  let run = Run(try plan(overrides))
  return Evaluation(run.evaluator, at: run.initialState().parameters)
}

private func isClose(_ a: Double, _ b: Double, within: Double = 1e-12) -> Bool {
  abs(a - b) <= within * max(1, abs(b))
}

@Suite struct PairedComparisonTests {
  @Test func nothingDiffersFromItself() throws {
    let own = try evaluation([])
    let comparison = PairedComparison(of: [own, own], with: [own, own])
    #expect(comparison.overTasks(after: 2) == .init([0, 0]))
    #expect(comparison.overSeeds(after: 2) == .init([0, 0]))
    #expect(PairedComparison(of: [own], with: [own]).overSeeds(after: 2) == nil)
  }

  /// A row of tasks for each seed: one interval goes along the rows' means, the other along the columns'.
  @Test func intervalsGoOverTasksAndOverSeeds() throws {
    let base = try [1, 2].map { try evaluation(["seed=\($0)"]) }
    let other = try [1, 2].map {
      try evaluation(["seed=\($0)", "evaluation.inner-rate=0.01"])
    }
    let rows = zip(other, base).map { other, base in
      zip(other.losses, base.losses).map { Double($0[1]) - Double($1[1]) }
    }
    let comparison = PairedComparison(of: other, with: base)
    let means = rows.map { $0.reduce(0, +) / 6 }
    let columns = (0..<6).map { (rows[0][$0] + rows[1][$0]) / 2 }

    #expect(comparison.overTasks(after: 1) == .init(columns))
    let seeds = try #require(comparison.overSeeds(after: 1))
    #expect(isClose(seeds.mean, (means[0] + means[1]) / 2))
    // Of two numbers a and b the deviation is |a - b| / √2, and the standard error half of |a - b|.
    #expect(isClose(seeds.halfWidth, 12.7062 * abs(means[0] - means[1]) / 2))
    #expect(isClose(seeds.mean, comparison.overTasks(after: 1).mean))
    #expect(seeds.mean != 0)
  }

  @Test(
    arguments: [(1, 12.7062), (2, 4.3027), (9, 2.2622), (10, 2.2281), (20, 2.0860), (120, 1.9799)])
  func intervalsOfFewAreStudents(freedom: Int, quantile: Double) throws {
    // Of 0, 1, ... n the squared standard error is (n + 2) / 12.
    let estimate = try #require(Evaluation.Estimate(ofFew: (0...freedom).map(Double.init)))
    #expect(isClose(estimate.mean, Double(freedom) / 2))
    let error = (Double(freedom + 2) / 12).squareRoot()
    #expect(isClose(estimate.halfWidth / error, quantile, within: 1e-4))
  }

  @Test func whatDecidesNoTaskMayDiffer() throws {
    let other = try plan([
      "seed=9", "learner.inner-rate=0.1", "evaluation.inner-steps=7", "network.hidden=[4]",
      "tasks.shots=10", "evaluation.shots=5", "evaluation.query=5",
    ])
    #expect(try plan().evaluation.firstDifference(from: other.evaluation) == nil)
  }

  @Test(
    arguments: [
      ("tasks.family=varying-sinusoid", "tasks.family", "sinusoid", "varying-sinusoid"),
      ("tasks.told=curve", "tasks.told", "nothing", "curve"),
      ("evaluation.shots=6", "evaluation.shots", "5", "6"),
      ("evaluation.query=6", "evaluation.query", "5", "6"),
      ("evaluation.tasks=7", "evaluation.tasks", "6", "7"),
      ("evaluation.seed=2", "evaluation.seed", "1", "2"),
      ("evaluation.statistics=support-set", "evaluation.statistics", "query-set", "support-set"),
    ])
  func whatDecidesTasksIsNamed(override: String, key: String, here: String, there: String) throws {
    let other = try plan([override]).evaluation
    #expect(
      try plan().evaluation.firstDifference(from: other)
        == .init(key: key, here: here, there: there))
  }
}
