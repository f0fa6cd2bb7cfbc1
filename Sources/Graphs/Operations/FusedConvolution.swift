public import NDArrays

/// `gate(convolution + addend)`: a convolution as kernels have it, with what usually follows.
///
/// Operands: those of the convolution, then the addend and the gate where there are. The filter that
/// `byInput` reads has its channels swapped, `[height, width, outputs, inputs]`, so that kernels read
/// neighbours. Written by the compiler.
public struct FusedConvolution: Operation {
  public var convolution: Convolution
  public var addend: FusedProduct.Addend
  public var gate: FusedProduct.Gate

  public init(
    _ convolution: Convolution, addend: FusedProduct.Addend = .none,
    gate: FusedProduct.Gate = .none
  ) {
    (self.convolution, self.addend, self.gate) = (convolution, addend, gate)
  }

  public var name: String {
    var name = convolution.name
    if addend != .none { name += " addend \(addend.rawValue)" }
    if gate != .none { name += " gate \(gate.rawValue)" }
    return name
  }

  public func shape(of x: [Shape]) throws(ShapeError) -> Shape {
    let expected = 2 + (addend == .none ? 0 : 1) + (gate == .matrix ? 1 : 0)
    guard x.count == expected, x[1].rank == 4 else { throw ShapeError(self, x) }
    let result = try convolution.shape(of: plain(x))
    let fits = x[2...].enumerated().allSatisfy { index, shape in
      shape.count == (index == 0 && addend == .row ? result[3] : result.count)
    }
    guard fits else { throw ShapeError(self, x) }
    return result
  }

  public func reference(_ x: [Reference.Value], _ result: Shape) -> [Double] {
    convolution.reference(plain(x), result).enumerated().map { index, value in
      let added = addend == .none ? 0 : x[2].elements[index % x[2].elements.count]
      return switch gate {
      case .none: value + added
      case .relu: max(value + added, 0)
      case .matrix: x[x.count - 1].elements[index] > 0 ? value + added : 0
      }
    }
  }

  /// The shapes of the convolution's own operands.
  public func plain(_ x: [Shape]) -> [Shape] {
    guard convolution.role == .byInput, x[1].rank == 4 else { return Array(x[..<2]) }
    return [x[0], [x[1][0], x[1][1], x[1][3], x[1][2]]]
  }

  private func plain(_ x: [Reference.Value]) -> [Reference.Value] {
    let shapes = plain(x.map(\.shape))
    guard convolution.role == .byInput else { return Array(x[..<2]) }
    let swapped = Transpose(order: [0, 1, 3, 2]).reference([x[1]], shapes[1])
    return [x[0], Reference.Value(swapped, shape: shapes[1])]
  }
}
