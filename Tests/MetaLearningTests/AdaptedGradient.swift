import Episodes
import Graphs
import MetaLearning
import NDArrays
import Networks

extension MetaLearner {
  /// The gradient of the query loss at the weights adapted to an episode, which do not count as a function
  /// of the parameters: adapted by one program, differentiated by another. In the reference's arithmetic.
  ///
  /// - Parameter data: of one episode, in the order of its shapes.
  func gradientAtAdaptedWeights(
    of parameters: [[Double]], on data: [[Double]], of shapes: Episode<Shape>
  ) -> [[Double]] {
    let names = layout.names
    let inputs =
      zip(names, layout.leaves).map { Program.Input($0, $1) }
      + shapes.all.enumerated().map { Program.Input("d\($0)", $1) }
    let adapting = Program.trace(inputs) { x in
      let support = Batch(inputs: x[names.count], targets: x[names.count + 1])
      let given = Parameters(names: names, leaves: Array(x.prefix(names.count)))
      return adapt(given, to: support).leaves
    }
    let adapted = adapting.reference(parameters + data)
    return Program.trace(inputs) { x in
      let weights = Parameters(names: names, leaves: Array(x.prefix(names.count)))
      let outputs = network(weights, x[names.count + 2])
      return Graphs.gradient(of: loss(outputs, x[names.count + 3]), at: weights).leaves
    }.reference(adapted + data)
  }
}
