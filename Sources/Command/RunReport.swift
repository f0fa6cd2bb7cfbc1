import Checkpoints
import Episodes
import Execution
import Files
import Foundation
import Graphs
import MetaLearning
import NDArrays
import Telemetry
import Training

/// How well a run's parameters adapt: numbers, and a picture.
struct RunReport {
  let plan: RunPlan
  let parameters: Parameters<NDArray>
  let table: EvaluationTable
  private let kernels: Kernels

  init(_ plan: RunPlan, _ parameters: Parameters<NDArray>, _ kernels: Kernels) {
    (self.plan, self.parameters, self.kernels) = (plan, parameters, kernels)
    let evaluation = plan.evaluation(of: parameters, kernels: kernels)
    table = EvaluationTable(
      measure: plan.tasks.targets == .labels ? "cross-entropy" : "mean squared error",
      tasks: plan.evaluation.tasks,
      rows: evaluation.estimates.map { .init(mean: $0.mean, halfWidth: $0.halfWidth) })
  }

  /// Prints the table, and writes it to a run's folder; with a picture, where tasks are curves.
  func write(to files: RunFiles) throws {
    try put(table.text)
    try writeAtomically(Array(table.json.utf8), to: files.evaluation)
    guard let curves = plan.evaluationTasks() as? any CurveTasks else {
      return tell("written: \(files.evaluation)")
    }
    try writeAtomically(Array(picture(of: curves).svg.utf8), to: files.picture)
    tell("written: \(files.evaluation), \(files.picture)")
  }
}

// MARK: - The picture

extension RunReport {
  private static let panels = 6
  private static let points = 201

  /// Some of evaluation's tasks, before adaptation and after 1 and all of its inner steps.
  func picture(of tasks: any CurveTasks) -> AdaptationPicture {
    AdaptationPicture(
      title: "Adaptation to \(tasks.shots) points",
      caption: "Curves that training never saw: predictions before adaptation and after it.",
      panels: (0..<min(Self.panels, plan.evaluation.tasks)).map { panel($0, of: tasks) })
  }

  private var steps: [Int] {
    [0, 1, plan.evaluation.innerSteps].filter { $0 <= plan.evaluation.innerSteps }
      .reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  private func panel(_ task: Int, of tasks: any CurveTasks) -> AdaptationPicture.Panel {
    let key = Evaluation.key(seed: plan.evaluation.seed, task: task)
    let (low, high) = (tasks.domain.lowerBound, tasks.domain.upperBound)
    let grid = (0..<Self.points).map {
      low + (high - low) * Float($0) / Float(Self.points - 1)
    }
    let support = tasks.episode(key).support
    let truth = tasks.points(at: grid, ofTask: key)
    let predictions = predictions(from: support, at: truth.inputs)
    return AdaptationPicture.Panel(
      title: "task \(task + 1)", note: "",
      truth: curve(grid, truth.targets.elements),
      support: curve(firstColumn(support.inputs), support.targets.elements),
      predictions: zip(steps, predictions).map { step, values in
        AdaptationPicture.Curve(Self.label(step), curve(grid, values))
      })
  }

  private static func label(_ step: Int) -> String {
    step == 0 ? "before" : step == 1 ? "1 step" : "\(step) steps"
  }

  private func predictions(from support: Batch<NDArray>, at inputs: NDArray) -> [[Float]] {
    let executable = Executable(
      plan.evaluationLearner().predictionProgram(
        support: support.map(\.shape), queryInputs: inputs.shape, steps: steps),
      kernels: kernels)
    return executable(
      parameters.leaves.map(\.elements)
        + [support.inputs.elements, support.targets.elements, inputs.elements])
  }

  private func firstColumn(_ array: NDArray) -> [Float] {
    stride(from: 0, to: array.elements.count, by: array.shape[1]).map { array.elements[$0] }
  }

  private func curve(_ x: [Float], _ y: [Float]) -> [AdaptationPicture.Point] {
    zip(x, y).map { AdaptationPicture.Point(x: Double($0), y: Double($1)) }
  }
}
