import Graphs
import NDArrays
import Testing

/// An operation and operands it has no answer for.
private struct Refusal: CustomTestStringConvertible {
  var operation: any Operation
  var operands: [Shape]
  init(_ operation: any Operation, _ operands: [Shape]) {
    (self.operation, self.operands) = (operation, operands)
  }
  var testDescription: String { "\(operation.name) of \(operands)" }
}

@Suite struct ShapeTests {
  private static let same = Windows(of: Extent(3, 3), over: Extent(4, 4), padding: .same)
  private static let halves = Windows(
    of: Extent(2, 2), over: Extent(4, 4), stride: Extent(2, 2))

  private static let refusals = [
    Refusal(Pointwise.add, [[2, 3], [3, 2]]),
    Refusal(Pointwise.add, [[3]]),
    Refusal(Pointwise.exp, [[3], [3]]),
    Refusal(Pointwise.multiplyAdd, [[3], [3], []]),
    Refusal(Product(.nn), [[2, 3], [4, 5]]),
    Refusal(Product(.nt), [[2, 3], [3, 2]]),
    Refusal(Product(.tn), [[2, 3], [3, 2]]),
    Refusal(Product(.nn), [[2, 3], [3]]),
    Refusal(Product(.nn), [[2, 3]]),
    Refusal(Broadcast(to: [2, 3]), [[2]]),
    Refusal(Broadcast(to: [3]), [[2, 3]]),
    Refusal(Broadcast(to: [1, 3]), [[2, 3]]),
    Refusal(Sum(to: [2]), [[2, 3]]),
    Refusal(Sum(to: [2, 3]), [[3]]),
    Refusal(Reshape(to: [4]), [[2, 3]]),
    Refusal(Transpose(), [[3]]),
    Refusal(Element(.pick, 6, of: [2, 3]), [[2, 3]]),
    Refusal(Element(.pick, 1, of: [2, 3]), [[3, 2]]),
    Refusal(Element(.place, 1, of: [2, 3]), [[1]]),
    Refusal(Transpose(), [[2, 3, 4]]),
    Refusal(Stop(), []),
    Refusal(FusedPointwise([], target: [2, 3]), [[3, 2]]),
    Refusal(FusedProduct(Product(.nn), Epilogue(addend: .row)), [[2, 3], [3, 4]]),
    Refusal(FusedProduct(Product(.nn), Epilogue(addend: .row)), [[2, 3], [3, 4], [2]]),
    Refusal(FusedProduct(Product(.nn), Epilogue(gate: .matrix)), [[2, 3], [3, 4], [4]]),
    Refusal(Convolution(.forward, same), [[1, 4, 4, 2], [3, 3, 3, 5]]),
    Refusal(Convolution(.forward, same), [[1, 5, 4, 2], [3, 3, 2, 5]]),
    Refusal(Convolution(.byInput, same), [[1, 4, 4, 2], [3, 3, 3, 5]]),
    Refusal(Convolution(.byFilter, same), [[1, 4, 4, 2], [2, 4, 4, 5]]),
    Refusal(Convolution(.forward, same), [[4, 4, 2], [3, 3, 2, 5]]),
    Refusal(MaximumPooling(.maximum, same), [[1, 4, 4, 2]]),
    Refusal(MaximumPooling(.pick, halves), [[1, 4, 4, 2], [1, 2, 2, 2]]),
    Refusal(MaximumPooling(.route, halves), [[1, 4, 4, 2], [1, 4, 4, 2]]),
    Refusal(SumPooling(.sum, halves), [[1, 4, 5, 2]]),
    Refusal(SumPooling(.spread, halves), [[1, 4, 4, 2]]),
  ]

  @Test(arguments: refusals) private func operandsThatDoNotFitAreRefused(_ refusal: Refusal) {
    #expect(throws: ShapeError(refusal.operation, refusal.operands)) {
      try refusal.operation.shape(of: refusal.operands)
    }
  }

  @Test func aRefusalNamesTheOperationAndTheShapes() {
    #expect(
      ShapeError(Product(.nn), [[2, 3], [4, 5]]).description
        == "product.nn cannot combine [2, 3] and [4, 5]")
  }

  @Test(
    arguments: [
      ([], [2, 3], [2, 3]), ([3], [2, 3], [2, 3]), ([2, 1], [1, 3], [2, 3]),
      ([2, 1], [3], [2, 3]),
      ([4, 1, 3], [2, 1], [4, 2, 3]), ([2], [3], nil), ([2, 3], [2], nil),
    ] as [(Shape, Shape, Shape?)])
  func shapesMeetInTheSmallestThatBothStretchTo(a: Shape, b: Shape, expected: Shape?) {
    #expect(a.broadcast(with: b) == expected)
    #expect(b.broadcast(with: a) == expected)
  }

  @Test func stretchedAxesHaveAStrideOfZero() {
    #expect(([2, 1, 3] as Shape).strides(broadcastTo: [5, 2, 4, 3]) == [0, 3, 0, 1])
  }
}
