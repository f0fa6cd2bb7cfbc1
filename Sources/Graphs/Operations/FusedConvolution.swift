public import NDArrays

/// `gate(scale convolution + addendScale addend)`: a convolution as kernels have it, with what usually
/// follows.
///
/// Operands: those of the convolution, then the addend and the gate where there are. The filter that
/// `byInput` reads has its channels swapped, `[height, width, outputs, inputs]`, so that kernels read
/// neighbours. By Winograd's algorithm filters are read and given at their 4x4 positions, and nothing
/// follows where one is given. Written by the compiler.
public struct FusedConvolution: Operation {
  public var convolution: Convolution
  public var algorithm: ConvolutionAlgorithm
  public var epilogue: Epilogue

  public init(
    _ convolution: Convolution, by algorithm: ConvolutionAlgorithm,
    _ epilogue: Epilogue = Epilogue()
  ) {
    (self.convolution, self.algorithm, self.epilogue) = (convolution, algorithm, epilogue)
  }

  public var name: String {
    let algorithm = algorithm == .direct ? "" : " \(algorithm.rawValue)"
    return convolution.name + algorithm + epilogue.text
  }

  public func shape(of x: [Shape]) throws(ShapeError) -> Shape {
    guard x.count >= 2, x[1].rank == 4 else { throw ShapeError(self, x) }
    var result = try convolution.shape(of: plain(x))
    if givesPositions { result = [4, 4, result[2], result[3]] }
    guard epilogue.fits(x[2...], to: result), !givesPositions || epilogue == Epilogue() else {
      throw ShapeError(self, x)
    }
    return result
  }

  public func reference(_ x: [Reference.Value], _ result: Shape) -> [Double] {
    givesPositions
      ? convolution.winogradGradient(x[0], x[1])
      : epilogue.reference(convolution.reference(plain(x), result), x[2...])
  }

  private var givesPositions: Bool { algorithm == .winograd && convolution.role == .byFilter }
  private var readsPositions: Bool { algorithm == .winograd && convolution.role != .byFilter }

  /// The shapes of the convolution's own operands.
  public func plain(_ x: [Shape]) -> [Shape] {
    guard convolution.role != .byFilter, x[1].rank == 4 else { return Array(x[..<2]) }
    var filter = x[1]
    if readsPositions, filter[0] == 4, filter[1] == 4 { filter = [3, 3, filter[2], filter[3]] }
    if convolution.role == .byInput { filter = [filter[0], filter[1], filter[3], filter[2]] }
    return [x[0], filter]
  }

  private func plain(_ x: [Reference.Value]) -> [Reference.Value] {
    let shapes = plain(x.map(\.shape))
    var filter = x[1].elements
    if readsPositions { filter = Winograd.transformed(filter, by: Winograd.restored) }
    if convolution.role == .byInput {
      let swapped: Shape = [shapes[1][0], shapes[1][1], shapes[1][3], shapes[1][2]]
      filter = Transpose(order: [0, 1, 3, 2]).reference(
        [Reference.Value(filter, shape: swapped)], shapes[1])
    }
    return [x[0], Reference.Value(filter, shape: shapes[1])]
  }
}
