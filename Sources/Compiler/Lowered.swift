import Graphs
public import NDArrays

extension Program {
  /// Operations as kernels have them: no product reads its right factor transposed, and every sum is
  /// over neighbouring axes.
  func lowered() -> Program {
    rewritten { builder, instruction, operands in
      switch instruction.primitive {
      case .product(Product(.nt)):
        let right = builder.transposed(operands[1])
        return builder.define(.product(Product(.nn)), [operands[0], right], instruction.shape)
      case .sum:
        return builder.sum(operands[0], to: instruction.shape)
      case .input, .fill, .pointwise, .product, .broadcast, .reshape, .transpose, .stop,
        .fusedPointwise, .fusedProduct:
        return builder.define(instruction.primitive, operands, instruction.shape)
      }
    }
  }
}

extension ProgramBuilder {
  /// The transpose of a matrix: one copy for all who read it, and for vectors just another shape.
  fileprivate mutating func transposed(_ matrix: ValueID) -> ValueID {
    let shape = self[matrix].shape
    let target: Shape = [shape[1], shape[0]]
    return shape[0] == 1 || shape[1] == 1
      ? define(.reshape(Reshape(to: target)), [matrix], target)
      : define(.transpose(Transpose()), [matrix], target)
  }

  /// One sum for each group of neighbouring axes, the last group first.
  fileprivate mutating func sum(_ value: ValueID, to target: Shape) -> ValueID {
    let groups = self[value].shape.summedGroups(to: target)
    guard groups.count > 1 else { return define(.sum(Sum(to: target)), [value], target) }
    var (partial, shape) = (value, self[value].shape)
    for group in groups.reversed() {
      for axis in group { shape.sizes[axis] = 1 }
      partial = define(.sum(Sum(to: shape)), [partial], shape)
    }
    return define(.reshape(Reshape(to: target)), [partial], target)
  }
}

extension Shape {
  /// The runs of neighbouring axes that a sum to `target` adds up. Axes of size one join any run.
  public func summedGroups(to target: Shape) -> [[Int]] {
    let strides = target.strides(broadcastTo: self)
    var groups: [[Int]] = []
    var isOpen = false
    for axis in sizes.indices where self[axis] != 1 {
      if strides[axis] != 0 {
        isOpen = false
      } else if isOpen {
        groups[groups.count - 1].append(axis)
      } else {
        groups.append([axis])
        isOpen = true
      }
    }
    return groups
  }
}
