import Telemetry
import Training

/// What was measured of several ways of learning, the first of which the others are compared with.
struct ComparisonReport {
  private let names: [String]
  /// Of each way of learning, its seeds.
  private let groups: [[Evaluation]]
  private let steps: [Int]

  init(_ paths: [String], _ evaluations: [Evaluation], seeds: Int, steps: [Int]) {
    let starts = Array(stride(from: 0, to: paths.count, by: seeds))
    names = starts.map { paths[$0] + (seeds > 1 ? " and \(seeds - 1) more" : "") }
    groups = starts.map { Array(evaluations[$0..<$0 + seeds]) }
    self.steps = steps
  }

  var table: ComparisonTable {
    let first = groups[0][0]
    return ComparisonTable(
      first.accuracies == nil ? "mean squared error" : "accuracy", isShare: first.accuracies != nil,
      tasks: first.losses.count, seeds: groups[0].count,
      rows: steps.flatMap { step in groups.indices.map { row($0, after: step) } })
  }

  private func row(_ index: Int, after steps: Int) -> ComparisonTable.Row {
    ComparisonTable.Row(
      names[index], steps: steps, result: result(groups[index], after: steps),
      difference: index == 0
        ? nil : difference(PairedComparison(of: groups[index], with: groups[0]), after: steps))
  }

  private func result(_ seeds: [Evaluation], after steps: Int) -> ComparisonTable.Figure {
    let tasks = Evaluation.Estimate(ofSeeds: seeds, after: steps)
    let means = seeds.map { Evaluation.Estimate($0.results(after: steps)).mean }
    return ComparisonTable.Figure(
      mean: tasks.mean, overTasks: tasks.halfWidth,
      overSeeds: Evaluation.Estimate(ofFew: means)?.halfWidth)
  }

  private func difference(
    _ comparison: PairedComparison, after steps: Int
  ) -> ComparisonTable.Figure {
    let tasks = comparison.overTasks(after: steps)
    return ComparisonTable.Figure(
      mean: tasks.mean, overTasks: tasks.halfWidth,
      overSeeds: comparison.overSeeds(after: steps)?.halfWidth)
  }
}
