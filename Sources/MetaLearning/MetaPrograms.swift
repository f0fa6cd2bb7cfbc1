public import Episodes
public import Graphs
public import NDArrays
import Networks

/// What the rest of the system runs, one task at a time.
///
/// Every program is given the parameters first, by their public names, then the data: `support_x`,
/// `support_y`, `query_x`, `query_y`; then the task's noise, by names as `noise.fc1`; then what it is told, by
/// names as `task.weight`. All losses are scalars.
extension MetaLearner {
  /// What a worker computes. Results: `lossBefore`, `lossAfter`, the gradient of every parameter, and what
  /// the task tells beside them, as in ``MetaGradient``.
  public func metaGradientProgram(_ shapes: Episode<Shape>) -> Program {
    trace(shapes.inputs) { parameters, data in
      let result = metaGradient(parameters, data.episode)
      return [result.lossBefore, result.lossAfter] + result.gradient.leaves + result.tells.leaves
    }
  }

  /// What is shown to other frameworks. Results: the query loss before adaptation and after each
  /// inner step of training, then the gradient of every parameter.
  public func gradientProgram(_ shapes: Episode<Shape>) -> Program {
    trace(shapes.inputs) { parameters, data in
      queryLosses(parameters, data.episode, steps: innerSteps)
        + metaGradient(parameters, data.episode).gradient.leaves
    }
  }

  /// What evaluation measures. Results: the query loss after 0, 1, ... `steps` inner steps; then, where
  /// targets are labels, the query accuracies; then, if asked for, how far each of the network's layers moved in
  /// ``stepsOfMoves(of:)`` inner steps, relative to the norm of its weights. One that stood still has zero.
  public func evaluationProgram(
    _ shapes: Episode<Shape>, steps: Int, normalizedBy statistics: QueryStatistics = .querySet,
    tellingMoves: Bool = false
  ) -> Program {
    trace(shapes.inputs) { parameters, data in
      let (support, query) = (data.episode.support, data.episode.query)
      let path = adaptations(parameters, to: support, steps: steps)
      let outputs = path.map { network($0, query.inputs, statistics: statistics.in(support)) }
      let losses = outputs.map { loss($0, query.targets) }
      let labelled = loss.targets == .labels
      return losses + (labelled ? outputs.map { accuracy($0, labels: query.targets) } : [])
        + (tellingMoves ? moves(from: path[0], to: path[stepsOfMoves(of: steps)]) : [])
    }
  }

  /// Adaptation alone, which is all that is needed to use what was learned. Results: the network's
  /// weights after the inner steps of training, in the order of its layout.
  public func adaptationProgram(support: Batch<Shape>) -> Program {
    trace(support.inputs(named: "support")) { parameters, data in
      adapt(parameters, to: data.support).leaves
    }
  }

  /// What a picture of adaptation shows; it has no `query_y`. Results: the outputs at `query_x`
  /// after each of the counts of inner steps in `steps`, in that order.
  public func predictionProgram(
    support: Batch<Shape>, queryInputs: Shape, steps: [Int]
  ) -> Program {
    let query = Program.Input("query_x", queryInputs)
    return trace(support.inputs(named: "support") + [query]) { parameters, data in
      let path = adaptations(parameters, to: data.support, steps: steps.max() ?? 0)
      return steps.map { network(path[$0], data.queryInputs) }
    }
  }

  private func queryLosses(
    _ parameters: Parameters<Tensor>, _ episode: Episode<Tensor>, steps: Int
  ) -> [Tensor] {
    adaptations(parameters, to: episode.support, steps: steps).map { batchLoss($0, episode.query) }
  }

  func trace(
    _ data: [Program.Input], _ body: (Parameters<Tensor>, TaskInputs) -> [Tensor]
  ) -> Program {
    let layout = layout
    let rest = noise.grouped(under: "noise").merging(told.grouped(under: "task"))
    let inputs = layout.inputs(.parameter) + data + rest.inputs(.data)
    return Program.trace(inputs) { tensors in
      let rest = Parameters(names: rest.names, leaves: Array(tensors.suffix(rest.count)))
      return body(
        Parameters(names: layout.names, leaves: Array(tensors[..<layout.count])).merging(rest),
        TaskInputs(tensors: Array(tensors[layout.count...])))
    }
  }
}

/// The data of a task by their order among a program's inputs.
struct TaskInputs {
  var tensors: [Tensor]

  var support: Batch<Tensor> { Batch(inputs: tensors[0], targets: tensors[1]) }
  var queryInputs: Tensor { tensors[2] }
  var episode: Episode<Tensor> {
    Episode(support: support, query: Batch(inputs: tensors[2], targets: tensors[3]))
  }
}

extension Parameters where Leaf == Shape {
  func inputs(_ role: Program.Input.Role) -> [Program.Input] {
    zip(names, leaves).map { Program.Input($0, $1, role: role) }
  }
}

extension Batch where Leaf == Shape {
  func inputs(named set: String) -> [Program.Input] {
    [Program.Input("\(set)_x", inputs), Program.Input("\(set)_y", targets)]
  }
}

extension Episode where Leaf == Shape {
  fileprivate var inputs: [Program.Input] {
    support.inputs(named: "support") + query.inputs(named: "query")
  }
}
