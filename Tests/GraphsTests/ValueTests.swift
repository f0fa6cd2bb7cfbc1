import Foundation
import Graphs
import NDArrays
import Testing

/// The definitions in float64 against numbers worked out by hand.
@Suite struct ValueTests {
  private func value(_ x: [[Double]], _ shapes: [Shape], _ body: ([Tensor]) -> Tensor) -> [Double] {
    Program.trace(inputs(shapes)) { [body($0)] }.reference(x)[0]
  }

  @Test(arguments: [
    (Pointwise.add, 7.0), (.subtract, 3), (.multiply, 10), (.divide, 2.5), (.maximum, 5),
    (.minimum, 2), (.gate, 5), (.multiplyAdd, 9), (.negate, -5), (.exp, exp(5)), (.log, log(5)),
    (.tanh, tanh(5)), (.sin, sin(5)), (.cos, cos(5)), (.squareRoot, 5.0.squareRoot()), (.relu, 5),
  ])
  func pointwiseFunctionsMeanWhatTheyAreCalled(_ function: Pointwise, expected: Double) {
    #expect(function(Array([5, 2, -1].prefix(function.arity))) == expected)
  }

  @Test func gateAndReluAreShutByWhatIsNotPositive() {
    #expect(Pointwise.gate([5, 0]) == 0)
    #expect(Pointwise.gate([5, -1]) == 0)
    #expect(Pointwise.relu([-5]) == 0)
  }

  @Test func theThreeFormsOfProductAreOneProduct() {
    let (a, b): ([Double], [Double]) = ([1, 2, 3, 4, 5, 6], [1, 0, 2, 1, -1, 3])
    let expected: [Double] = [2, 11, 8, 23]
    let transposes = (a: [1.0, 4, 2, 5, 3, 6], b: [1.0, 2, -1, 0, 1, 3])
    #expect(value([a, b], [[2, 3], [3, 2]]) { matmul($0[0], $0[1]) } == expected)
    #expect(
      value([a, transposes.b], [[2, 3], [2, 3]]) { matmul($0[0], transposed: $0[1]) } == expected)
    #expect(
      value([transposes.a, b], [[3, 2], [3, 2]]) { matmul(transposed: $0[0], $0[1]) } == expected)
  }

  @Test func broadcastingStretchesAxesOfSizeOneAndMissingOnes() {
    #expect(value([[1, 2]], [[2, 1]]) { $0[0].broadcast(to: [2, 3]) } == [1, 1, 1, 2, 2, 2])
    #expect(value([[1, 2]], [[2]]) { $0[0].broadcast(to: [3, 2]) } == [1, 2, 1, 2, 1, 2])
    #expect(value([[7]], [[]]) { $0[0].broadcast(to: [1, 2]) } == [7, 7])
    #expect(
      value([[1, 2, 3, 4]], [[2, 1, 2]]) { $0[0].broadcast(to: [2, 2, 2]) }
        == [1, 2, 1, 2, 3, 4, 3, 4])
  }

  @Test func sumsCollapseTheSameAxes() {
    let x: [Double] = [1, 2, 3, 4, 5, 6]
    #expect(value([x], [[2, 3]]) { $0[0].sum } == [21])
    #expect(value([x], [[2, 3]]) { $0[0].mean } == [21 * Double(1 / Float(6))])
    #expect(value([x], [[2, 3]]) { $0[0].sum(to: [3]) } == [5, 7, 9])
    #expect(value([x], [[2, 3]]) { $0[0].sum(to: [2, 1]) } == [6, 15])
    #expect(value([x], [[3, 1, 2]]) { $0[0].sum(to: [1, 2]) } == [9, 12])
  }

  @Test func layoutsMoveElementsAndKeepThem() {
    let x: [Double] = [1, 2, 3, 4, 5, 6]
    #expect(value([x], [[2, 3]]) { $0[0].transposed } == [1, 4, 2, 5, 3, 6])
    #expect(value([x], [[2, 3]]) { $0[0].reshaped(to: [3, 2]) } == x)
    #expect(value([x], [[2, 3]]) { $0[0].stopped } == x)
  }

  @Test func whatTheCompilerWritesMeansWhatItReplaces() {
    let fused = FusedPointwise(
      [
        .init(.multiply, [.operand(0), .operand(1)]), .init(.add, [.step(0), .literal(0.5)]),
        .init(.tanh, [.step(1)]),
      ], target: [2, 2])
    let x = Reference.Value([1, 2, 3, 4], shape: [2, 2])
    let row = Reference.Value([0.5, -0.25], shape: [2])
    #expect(fused.reference([x, row], [2, 2]) == [1, 0, 2, -0.5].map(tanh))

    let product = FusedProduct(Product(.nn), Epilogue(scale: 2, addend: .row, gate: .matrix))
    let gate = Reference.Value([1, 0, -1, 1], shape: [2, 2])
    #expect(product.reference([x, x, row, gate], [2, 2]) == [14.5, 0, 0, 43.75])
    let relu = FusedProduct(Product(.nt), Epilogue(scale: -1, addend: .matrix, gate: .relu))
    #expect(relu.reference([x, x, gate.scaled(by: 20)], [2, 2]) == [15, 0, 0, 0])
  }
}

extension Reference.Value {
  fileprivate func scaled(by factor: Double) -> Self {
    Reference.Value(elements.map { factor * $0 }, shape: shape)
  }
}
