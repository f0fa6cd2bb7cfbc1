import Episodes
import Graphs
import NDArrays

extension Batch where Leaf == Tensor {
  /// The examples of one inner step: `count` of them, or all where there are no more.
  ///
  /// They are spread evenly over the batch, and each step takes the next ones after those of the step
  /// before. Where sets go through their classes one after the other, a mini-batch so has examples of
  /// all; and where `count` divides the examples, every so many steps see each of them once.
  func miniBatch(_ step: Int, of count: Int) -> Batch {
    let examples = inputs.shape[0]
    guard count < examples else { return self }
    let chosen = inputs.trace.choice(of: count, among: examples, shiftedBy: step % examples)
    return map { $0.rows(chosen) }
  }
}

extension Tensor {
  /// The rows that a matrix of zeros and ones chooses, `[count, n]`, of a tensor whose first axis is of
  /// `n`. A sum of one row and of zeros is that row, to the bit.
  fileprivate func rows(_ choice: Tensor) -> Tensor {
    let (rows, rest) = (shape[0], Array(shape.sizes.dropFirst()))
    let flat = reshaped(to: [rows, shape.count / rows])
    return matmul(choice, flat).reshaped(to: Shape([choice.shape[0]] + rest))
  }
}

extension Trace {
  /// `[count, examples]`: row `j` has its one at `floor(j * examples / count) + shift`, counted round.
  fileprivate func choice(of count: Int, among examples: Int, shiftedBy shift: Int) -> Tensor {
    let place = ramp(examples).reshaped(to: [1, examples]) - Float(shift)
    // Before the shift places are those of the end.
    let wrapped = place + place.filled(with: Float(examples)).gated(by: -0.5 - place)
    // Whole numbers, and exact: the place is the floor where the rest is from 0 to count - 1.
    let rest = Float(examples) * ramp(count).reshaped(to: [count, 1]) - Float(count) * wrapped
    let fromMiddle = rest - Float(count - 1) / 2
    return rest.filled(with: 1).gated(by: Float(count * count) / 4 - fromMiddle.squared)
  }
}
