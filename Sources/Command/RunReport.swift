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
  let run: Run
  /// Those that were evaluated.
  let parameters: Parameters<NDArray>
  let evaluation: Evaluation

  /// Writes the table to a run's folder, with a picture where tasks are curves; then prints it.
  func write(to files: RunFiles) throws {
    try writeAtomically(Array(table.json.utf8), to: files.evaluation)
    if let curves = run.evaluator.tasks as? any CurveTasks {
      try writeAtomically(Array(picture(of: curves).svg.utf8), to: files.picture)
      tell("written: \(files.evaluation), \(files.picture)")
    } else {
      tell("written: \(files.evaluation)")
    }
    try put(table.text)
  }

  var table: EvaluationTable {
    let losses = evaluation.lossEstimates.map(\.row)
    guard let accuracies = evaluation.accuracyEstimates?.map(\.row) else {
      let measure = EvaluationTable.Measure("mean squared error", key: "mean", rows: losses)
      return EvaluationTable([measure], tasks: run.evaluator.count, layers: layers)
    }
    return EvaluationTable(
      [
        .init("accuracy", key: "accuracy", isShare: true, rows: accuracies),
        .init("cross-entropy", key: "loss", rows: losses),
      ],
      tasks: run.evaluator.count, note: run.evaluator.statistics.told, layers: layers)
  }

  private var layers: [EvaluationTable.Layer] {
    let figures = run.evaluator.learner.figures(parameters)
    return zip(run.evaluator.layers, evaluation.moveEstimates).map { layer, moved in
      EvaluationTable.Layer(
        layer, moved: moved.row, in: run.evaluator.stepsOfMoves,
        figures: figures.filter { $0.layer == layer }.map { MetricsFigure($0.key, $0.value) })
    }
  }
}

extension Evaluation.Estimate {
  fileprivate var row: EvaluationTable.Row { .init(mean: mean, halfWidth: halfWidth) }
}

extension QueryStatistics {
  /// Accuracies differ by this, so it stands beside every one.
  fileprivate var told: String {
    switch self {
    case .querySet: "transductive: normalised by the query set's own statistics"
    case .supportSet: "normalised by the support set's statistics"
    case .eachExample: "each query example judged alone"
    }
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
      panels: (0..<min(Self.panels, run.evaluator.count)).map { panel($0, of: tasks) })
  }

  private var steps: [Int] {
    [0, 1, run.evaluator.innerSteps].filter { $0 <= run.evaluator.innerSteps }
      .reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  private func panel(_ task: Int, of tasks: any CurveTasks) -> AdaptationPicture.Panel {
    let key = run.evaluator.key(ofTask: task)
    let (low, high) = (tasks.domain.lowerBound, tasks.domain.upperBound)
    let grid = (0..<Self.points).map {
      low + (high - low) * Float($0) / Float(Self.points - 1)
    }
    let support = tasks.episode(key).support
    let truth = tasks.points(at: grid, ofTask: key)
    let predictions = predictions(from: support, at: truth.inputs, key)
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

  private func predictions(
    from support: Batch<NDArray>, at inputs: NDArray, _ key: RandomKey
  ) -> [[Float]] {
    let executable = Executable(
      run.evaluator.learner.predictionProgram(
        support: support.map(\.shape), queryInputs: inputs.shape, steps: steps),
      kernels: run.trainer.metaGradient().kernels)
    return executable(
      parameters.leaves.map(\.elements)
        + [support.inputs.elements, support.targets.elements, inputs.elements]
        + run.evaluator.learner.noise.noise(ofTask: key).map(\.elements))
  }

  private func firstColumn(_ array: NDArray) -> [Float] {
    stride(from: 0, to: array.elements.count, by: array.shape[1]).map { array.elements[$0] }
  }

  private func curve(_ x: [Float], _ y: [Float]) -> [AdaptationPicture.Point] {
    zip(x, y).map { AdaptationPicture.Point(x: Double($0), y: Double($1)) }
  }
}
