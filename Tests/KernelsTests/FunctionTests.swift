import CKernels
import Foundation
import NDArrays
import Testing

/// An elementary function, what it should be, and how far off it may be.
struct Function: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var operation: Int
  /// Of the last place of the right result.
  var tolerance: Double
  var ranges: [ClosedRange<Float>]
  var exact: @Sendable (Double) -> Double

  static let all = [
    Function(
      testDescription: "exp", operation: OL_EXP, tolerance: 1,
      ranges: [-0.01...0.01, -1...1, -87.3...88.7], exact: Foundation.exp),
    Function(
      testDescription: "log", operation: OL_LOG, tolerance: 1,
      ranges: [1e-37...1e-30, 0.5...2, 0.99...1.01, 0.001...1000, 1e30...3e38],
      exact: Foundation.log),
    Function(
      testDescription: "tanh", operation: OL_TANH, tolerance: 2,
      ranges: [-1e-3...1e-3, -0.7...0.7, -3...3, -12...12], exact: Foundation.tanh),
    Function(
      testDescription: "sin", operation: OL_SIN, tolerance: 1.5,
      ranges: [-0.01...0.01, -1...1, -10...10, -1e5...1e5, 1e5...2e5, -1e9...1e9, 0...3e38],
      exact: Foundation.sin),
    Function(
      testDescription: "cos", operation: OL_COS, tolerance: 1.5,
      ranges: [-0.01...0.01, -1...1, -10...10, -1e5...1e5, 1e5...2e5, -1e9...1e9, 0...3e38],
      exact: Foundation.cos),
  ]

  func callAsFunction(_ x: [Float], on table: Table) -> [Float] {
    let program = ElementwiseProgram(operation, [x])
    return table.elementwise(program.kernel, program.operands)
  }
}

@Suite struct FunctionTests {
  @Test(arguments: Function.all) func isRightToAFewUnitsInTheLastPlace(_ function: Function) {
    var random = RandomKey(seed: 11).stream
    for range in function.ranges {
      let x = random.floats(4000, in: range)
      let worst = zip(x, function(x, on: Table.all[0])).map { x, y in
        let exact = function.exact(Double(x))
        return (error: abs(Double(y) - exact) / Double(Float(exact).ulp), x: x)
      }.max { $0.error < $1.error }
      #expect((worst?.error ?? .infinity) <= function.tolerance, "\(String(describing: worst))")
    }
  }

  /// Random bits: every exponent, infinities, what is no number, subnormals.
  @Test(arguments: Function.all) func everyTableGivesTheSameBits(_ function: Function) {
    var random = RandomKey(seed: 12).stream
    let x = (0..<5000).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: random.next())) }
    let results = Table.all.map { function(x, on: $0) }
    for result in results { #expect(difference(result, results[0]) == nil) }
  }

  static let extremes: [(Int, [Float], [Float])] = [
    (
      OL_EXP, [0, -0.0, 88.8, .infinity, -104, -200, -.infinity, .nan],
      [1, 1, .infinity, .infinity, 0, 0, 0, .nan]
    ),
    (
      OL_LOG, [1, 0, -0.0, -1, .infinity, -.infinity, .nan],
      [0, -.infinity, -.infinity, .nan, .infinity, .nan, .nan]
    ),
    (OL_TANH, [0, -0.0, 20, -20, .infinity, -.infinity, .nan], [0, -0.0, 1, -1, 1, -1, .nan]),
    (OL_SIN, [0, -0.0, .infinity, -.infinity, .nan], [0, -0.0, .nan, .nan, .nan]),
    (OL_COS, [0, -0.0, .infinity, -.infinity, .nan], [1, 1, .nan, .nan, .nan]),
  ]

  @Test(arguments: extremes, Table.all)
  func extremesAreExact(_ extreme: (operation: Int, x: [Float], y: [Float]), _ table: Table) {
    let program = ElementwiseProgram(extreme.operation, [extreme.x])
    #expect(difference(table.elementwise(program.kernel, [extreme.x]), extreme.y) == nil)
  }

  /// The float nearest to a multiple of pi/2 beyond what doubles can reduce naively.
  @Test(arguments: Table.all) func sinesOfTheHardestAnglesAreRight(_ table: Table) {
    let x: [Float] = [0x1.6ac5b2p+99, 0x1.fffffep+127, 0x1.921fb6p+1, 0x1.921fb6p+20]
    for function in Function.all where ["sin", "cos"].contains(function.testDescription) {
      for (x, y) in zip(x, function(x, on: table)) {
        let exact = function.exact(Double(x))
        #expect(abs(Double(y) - exact) <= 1.5 * Double(Float(exact).ulp), "\(x)")
      }
    }
  }
}
