import Graphs
import NDArrays
import Testing

@Suite struct GradientTests {
  /// The results of `body` at `points`, one scalar input each.
  private func scalars(_ points: [Double], _ body: ([Tensor]) -> [Tensor]) -> [Double] {
    let shapes = [Shape](repeating: [], count: points.count)
    return Program.trace(inputs(shapes), body).reference(points.map { [$0] }).map { $0[0] }
  }

  @Test func derivativesOfAPowerAreThoseOfTheTextbook() {
    let derivatives = scalars([1.5]) { x in
      var values = [x[0] * x[0] * x[0] * x[0]]
      for _ in 0..<5 { values += gradient(of: values[values.count - 1], at: x) }
      return values
    }
    let x = 1.5
    #expect(derivatives == [x * x * x * x, 4 * x * x * x, 12 * x * x, 24 * x, 24, 0])
  }

  @Test func fourDerivativesOfASineAreTheSine() {
    let values = scalars([0.7]) { x in
      [x[0].sin, (0..<4).reduce(x[0].sin) { y, _ in gradient(of: y, at: x)[0] }]
    }
    #expect(values[0] == values[1])
  }

  @Test func theExponentialIsItsOwnDerivative() {
    let values = scalars([0.7]) { x in
      [x[0].exp, gradient(of: gradient(of: x[0].exp, at: x)[0], at: x)[0]]
    }
    #expect(values[0] == values[1])
  }

  @Test func mixedSecondDerivativesCommute() {
    let values = scalars([0.3, -0.8]) { x in
      let y = (x[0] * x[1]).tanh + x[0].exp * x[1].sin
      let first = gradient(of: y, at: x)
      return [gradient(of: first[0], at: x)[1], gradient(of: first[1], at: x)[0]]
    }
    #expect(abs(values[0] - values[1]) < 1e-15)
  }

  @Test func theGradientOfASumIsTheSumOfTheGradients() {
    let values = scalars([0.3]) { x in
      let (a, b) = (x[0].sin, x[0].exp)
      return [
        gradient(of: a + b, at: x)[0], gradient(of: a, at: x)[0] + gradient(of: b, at: x)[0],
      ]
    }
    #expect(values[0] == values[1])
  }

  @Test func aValueOnTheWayMayBeATarget() {
    let values = scalars([3]) { x in
      let square = x[0].squared
      return gradient(of: square.squared, at: [square, x[0]])
    }
    #expect(values == [18, 108])
  }

  @Test func aTargetTheLossIgnoresHasAGradientOfZero() {
    #expect(scalars([3, 4]) { gradient(of: $0[0].squared, at: $0) } == [6, 0])
  }

  @Test func aTargetYoungerThanTheLossHasAGradientOfZero() {
    #expect(scalars([3]) { gradient(of: $0[0].squared, at: [$0[0].exp]) } == [0])
  }

  @Test func aStoppedFactorIsAConstant() {
    let values = scalars([3]) { x in
      [x[0].stopped * x[0], gradient(of: x[0].stopped * x[0], at: x)[0]]
    }
    #expect(values == [9, 3])
  }

  /// A step whose slope is stopped has the identity for a derivative, whatever its curvature.
  @Test func aStoppedStepDifferentiatesToTheIdentity() {
    let derivatives = scalars([3]) { x in
      let slope = gradient(of: x[0].squared, at: x)[0]
      let (stopped, through) = (x[0] - 0.25 * slope.stopped, x[0] - 0.25 * slope)
      return [gradient(of: stopped, at: x)[0], gradient(of: through, at: x)[0]]
    }
    #expect(derivatives == [1, 0.5])
  }

  @Test func nothingIsRecordedForWhatNobodyAsksFor() {
    func count(_ targets: @escaping ([Tensor]) -> [Tensor]) -> Int {
      Program.trace(inputs([[2, 3], [4, 3], [4, 4]])) { x in
        let hidden = matmul(x[0], transposed: x[1]).tanh
        return gradient(of: matmul(hidden, x[2]).sum, at: targets(x))
      }.instructions.count
    }
    #expect(count { [$0[2]] } < count { [$0[1], $0[2]] })
  }

  @Test func atATieTheSecondOperandTakesTheCotangent() {
    let values = scalars([2, 2]) { x in
      gradient(of: Tensor.maximum(x[0], x[1]), at: x)
        + gradient(of: Tensor.minimum(x[0], x[1]), at: x)
    }
    #expect(values == [0, 1, 0, 1])
  }

  @Test func atZeroTheGateIsShut() {
    #expect(scalars([0]) { [$0[0].relu] + gradient(of: $0[0].relu, at: $0) } == [0, 0])
  }

  @Test func onlyScalarsHaveAGradient() async {
    await #expect(processExitsWith: .failure) {
      _ = Program.trace([Program.Input("x", [2])]) { gradient(of: $0[0], at: $0) }
    }
  }
}
