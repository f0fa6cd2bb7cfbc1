public import Graphs
import NDArrays

extension Program {
  /// An equivalent program that does less: the passes in order, each one's result verified.
  ///
  /// Equivalent up to rounding: constants are folded and carried out of sums and products.
  /// After this a program can be run but no longer differentiated.
  public func optimized() -> Program {
    let passes: [(Program) -> Program] = [
      { $0.simplified() }, { $0.withoutDeadCode() },
      { $0.lowered() }, { $0.withoutDeadCode() },
      { $0.withFusedProducts() }, { $0.withoutDeadCode() },
      { $0.withSmallFactors() }, { $0.withoutDeadCode() },
      { $0.withFusedPointwise() }, { $0.withoutDeadCode() }, { $0.withNeighbours() },
    ]
    return passes.reduce(self) { program, pass in pass(program).checked() }
  }

  /// This program; a pass that broke it is a mistake in the compiler.
  private func checked() -> Program {
    do { try verify() } catch { preconditionFailure("a compiler pass broke a program: \(error)") }
    return self
  }
}
