public import Episodes
public import Graphs
public import NDArrays
import Networks

/// What was learned, put to use: first adapt, then answer.
extension MetaLearner {
  /// Adaptation to a task in any number of inner steps. Its inputs are those of
  /// ``adaptationProgram(support:)``; its results have the names `names`, and are all that answers
  /// depend on: the network's weights and what stands beside them, such as warps.
  public func adaptation(
    support: Batch<Shape>, steps: Int
  ) -> (names: [String], program: Program) {
    var names: [String] = []
    let program = trace(support.inputs(named: "support")) { parameters, data in
      let adapted = adaptations(parameters, to: data.support, steps: steps)[steps]
        .filter { !$0.hasPrefix("noise.") }
      names = adapted.names
      return adapted.leaves
    }
    return (names, program)
  }

  /// What an adapted network answers. Inputs: its weights; `support_x`, if answers are to be normalised
  /// by the support set; `query_x`. Results: the outputs and, where they are scores of classes, the
  /// probabilities of the first `classes` of them, all others being left out.
  ///
  /// - Parameters:
  ///   - weights: as ``adaptation(support:steps:)`` names them.
  ///   - support: the shape of `support_x`.
  public func answerProgram(
    _ weights: Parameters<Shape>, support: Shape, queryInputs: Shape, classes: Int,
    normalizedBy statistics: QueryStatistics
  ) -> Program {
    // What depends on the support set alone is computed once for all that is asked.
    let data =
      (statistics == .supportSet ? [Program.Input("support_x", support, role: .parameter)] : [])
      + [Program.Input("query_x", queryInputs)]
    return Program.trace(weights.inputs(.parameter) + data) { tensors in
      let given = tensors[weights.count...]
      let asked = given[given.endIndex - 1]
      let outputs = network(
        Parameters(names: weights.names, leaves: Array(tensors.prefix(weights.count))), asked,
        statistics: statistics.in(Batch(inputs: given[given.startIndex], targets: asked)))
      return loss.targets == .labels
        ? [outputs, outputs.probabilities(ofFirst: classes)] : [outputs]
    }
  }

  /// Whether it makes a difference whose statistics normalise answers to such inputs: whether anything
  /// is normalised over several examples.
  public func statisticsMatter(_ weights: Parameters<Shape>, to queryInputs: Shape) -> Bool {
    let programs = [QueryStatistics.querySet, .eachExample].map {
      answerProgram(
        weights, support: queryInputs, queryInputs: queryInputs, classes: 1, normalizedBy: $0)
    }
    return programs[0] != programs[1]
  }
}

extension Tensor {
  /// The softmax of the first `classes` columns, and zero in the others.
  ///
  /// - Shapes: `[n, outputs]`, as is the result.
  fileprivate func probabilities(ofFirst classes: Int) -> Tensor {
    let columns = trace.ramp(shape[1])
    let isIn = columns.filled(with: 1).gated(by: Float(classes) - 0.5 - columns)
    let scores = self - 1e30 * (1 - isIn)
    let powers = (scores - scores.rowMaximum).exp
    return powers / powers.sum(to: [shape[0], 1])
  }
}
