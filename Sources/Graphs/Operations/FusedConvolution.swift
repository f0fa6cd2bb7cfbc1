public import NDArrays

/// `gate(scale convolution + addendScale addend)`: a convolution as kernels have it, with what usually
/// follows.
///
/// Operands: those of the convolution, then the addend and the gate where there are. The filter that
/// `byInput` reads has its channels swapped, `[height, width, outputs, inputs]`, so that kernels read
/// neighbours. Written by the compiler.
public struct FusedConvolution: Operation {
  public var convolution: Convolution
  public var epilogue: Epilogue

  public init(_ convolution: Convolution, _ epilogue: Epilogue = Epilogue()) {
    (self.convolution, self.epilogue) = (convolution, epilogue)
  }

  public var name: String { convolution.name + epilogue.text }

  public func shape(of x: [Shape]) throws(ShapeError) -> Shape {
    guard x.count >= 2, x[1].rank == 4 else { throw ShapeError(self, x) }
    let result = try convolution.shape(of: plain(x))
    guard epilogue.fits(x[2...], to: result) else { throw ShapeError(self, x) }
    return result
  }

  public func reference(_ x: [Reference.Value], _ result: Shape) -> [Double] {
    epilogue.reference(convolution.reference(plain(x), result), x[2...])
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
