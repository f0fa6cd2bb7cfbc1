import Graphs
import NDArrays

/// Linear maps may be followed by a square one, which some methods learn: the warp of layer `fc1` is
/// `fc1.warp`, `[outputs, outputs]`. A network that is given none goes without.
extension Parameters where Leaf == Tensor {
  /// The outputs of a layer's linear map, shift included, after its warp.
  ///
  /// - Shapes: the last axis is of the layer's outputs.
  func warped(_ outputs: Tensor, _ layer: String) -> Tensor {
    let name = "\(layer).warp"
    guard names.contains(name) else { return outputs }
    let width = outputs.shape[outputs.shape.rank - 1]
    let rows = outputs.reshaped(to: [outputs.shape.count / width, width])
    return matmul(rows, transposed: self[name]).reshaped(to: outputs.shape)
  }
}
