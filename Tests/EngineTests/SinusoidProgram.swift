import Graphs
import NDArrays

/// A whole MAML task written out by hand with tensors: the program that matters most.
enum SinusoidProgram {
  static let layout: [(String, Shape)] = [
    ("fc1.weight", [40, 1]), ("fc1.bias", [40]), ("fc2.weight", [40, 40]), ("fc2.bias", [40]),
    ("fc3.weight", [1, 40]), ("fc3.bias", [1]),
  ]

  static let inputs: [Program.Input] =
    layout.map { Program.Input($0.0, $0.1, role: .parameter) }
    + ["support_x", "support_y", "query_x", "query_y"].map { Program.Input($0, [10, 1]) }

  static func loss(_ w: [Tensor], _ x: Tensor, _ y: Tensor) -> Tensor {
    let first = (matmul(x, transposed: w[0]) + w[1]).relu
    let second = (matmul(first, transposed: w[2]) + w[3]).relu
    return (matmul(second, transposed: w[4]) + w[5] - y).squared.mean
  }

  static func maml(steps: Int = 1, isFirstOrder: Bool = false) -> Program {
    Program.trace(inputs) { x in
      let theta = Array(x[..<6])
      var weights = theta
      var before: Tensor?
      for _ in 0..<steps {
        let support = loss(weights, x[6], x[7])
        before = before ?? support
        let slopes = gradient(of: support, at: weights)
        weights = zip(weights, slopes).map { $0 - 0.01 * (isFirstOrder ? $1.stopped : $1) }
      }
      let after = loss(weights, x[8], x[9])
      return [before ?? after, after] + gradient(of: after, at: theta)
    }
  }
}
