public import Graphs
public import NDArrays

extension OuterOptimizer {
  /// A whole outer update: averages the meta-gradients of a task batch, and takes one step.
  ///
  /// Inputs: the parameters; the sum of the tasks' meta-gradients, as `gradient.<name>`; the state;
  /// the scalar `step`; and where no number of tasks is given, the scalar `tasks`. Results: the parameters,
  /// then the state, in the same order.
  ///
  /// - Parameter tasks: how many there are in the sum, if that is always the same.
  public func updateProgram(_ layout: Parameters<Shape>, tasks: Int?) -> Program {
    precondition(tasks ?? 1 > 0, "an update averages over at least one task")
    let memory = initialState(layout).map(\.shape)
    let (count, gradients) = (layout.count, layout.grouped(under: "gradient"))
    let inputs = [layout, gradients, memory].flatMap { part in
      zip(part.names, part.leaves).map { Program.Input($0, $1) }
    }
    let scalars = (["step"] + (tasks == nil ? ["tasks"] : [])).map { Program.Input($0, []) }
    return Program.trace(inputs + scalars) { tensors in
      let end = inputs.count
      let sum = Parameters(names: layout.names, leaves: Array(tensors[count..<2 * count]))
      let next = update(
        parameters: Parameters(names: layout.names, leaves: Array(tensors[..<count])),
        gradient: sum.map { sum in
          sum
            / (tasks.map { sum.filled(with: Float($0)) }
              ?? tensors[end + 1].broadcast(to: sum.shape))
        },
        state: Parameters(names: memory.names, leaves: Array(tensors[(2 * count)..<end])),
        step: tensors[end])
      return next.parameters.leaves + next.state.leaves
    }
  }
}
