public import Graphs
public import NDArrays

extension Parameters where Leaf == Shape {
  /// The random numbers of these shapes that belong to the task that `key` names: uniform between zero
  /// and one, and never either of them.
  ///
  /// They are on a branch of their own, so that tasks draw their data from the first ones as ever.
  public func noise(ofTask key: RandomKey) -> [NDArray] {
    leaves.enumerated().map { index, shape in
      var stream = key.child(.max).child(UInt64(index)).stream
      return NDArray((0..<shape.count).map { _ in stream.innerUniform() }, shape: shape)
    }
  }
}
