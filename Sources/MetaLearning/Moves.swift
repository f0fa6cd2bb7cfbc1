import Graphs
import Networks

extension MetaLearner {
  /// After how many of evaluation's inner steps it is measured how far layers moved: as many as training
  /// takes, since further ones may go astray; or all, where training takes none or more.
  public func stepsOfMoves(of steps: Int) -> Int { innerSteps > 0 ? min(innerSteps, steps) : steps }

  /// How far each of the network's layers is from where it was, relative to that in norm; scalars.
  func moves(from start: Parameters<Tensor>, to end: Parameters<Tensor>) -> [Tensor] {
    network.layerNames.map { layer in
      let names = network.layout.names.filter { layerName(of: $0) == layer }
      let moved = names.filter { end[$0].id != start[$0].id }
      // What stood still may be zero, such as shifts, and has no relative way.
      guard !moved.isEmpty else { return start[names[0]].sum.filled(with: 0) }
      return norm(moved.map { end[$0] - start[$0] }) / norm(names.map { start[$0] })
    }
  }
}

/// Of all elements together.
private func norm(_ leaves: [Tensor]) -> Tensor {
  leaves.dropFirst().reduce(leaves[0].squared.sum) { $0 + $1.squared.sum }.squareRoot
}
