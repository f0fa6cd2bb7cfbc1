public import Graphs
public import NDArrays

extension OuterOptimizer {
  /// A whole outer update: averages the meta-gradients of a task batch, and takes one step.
  ///
  /// Inputs: the parameters; the sum of the tasks' meta-gradients, as `gradient.<name>`; the state;
  /// the scalar `step`. Results: the parameters, then the state, in the same order.
  public func updateProgram(_ layout: Parameters<Shape>, tasks: Int) -> Program {
    precondition(tasks > 0, "an update averages over at least one task, not \(tasks)")
    let memory = initialState(layout).map(\.shape)
    let (count, gradients) = (layout.count, layout.grouped(under: "gradient"))
    let inputs = [layout, gradients, memory].flatMap { part in
      zip(part.names, part.leaves).map { Program.Input($0, $1) }
    }
    return Program.trace(inputs + [Program.Input("step", [])]) { tensors in
      let end = tensors.count - 1
      let sum = Parameters(names: layout.names, leaves: Array(tensors[count..<2 * count]))
      let next = update(
        parameters: Parameters(names: layout.names, leaves: Array(tensors[..<count])),
        gradient: sum.map { $0 / $0.filled(with: Float(tasks)) },
        state: Parameters(names: memory.names, leaves: Array(tensors[(2 * count)..<end])),
        step: tensors[end])
      return next.parameters.leaves + next.state.leaves
    }
  }
}
