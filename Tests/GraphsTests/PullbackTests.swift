import Graphs
import NDArrays
import Testing

@Suite struct PullbackTests {
  @Test(arguments: Example.operations + Example.composites, [1, 2])
  func agreesWithFiniteDifferences(_ example: Example, order: Int) {
    let probe = Probe(example, order: order)
    let expected = probe.finiteDifference(step: 2e-5)
    let terms = probe.slopeTerms()
    let scale = terms.reduce(0) { $0 + abs($1) }
    #expect(scale > 0)
    #expect(abs(terms.reduce(0, +) - expected) <= 1e-6 * scale)
  }
}

/// A scalar function made of an example, a point, and a direction to leave it in.
///
/// Order 1 probes `⟨u, y + y²⟩` for fixed weights `u`; order 2 the squared length of its gradient, so
/// that its slope is made of second derivatives.
private struct Probe {
  var shapes: [Shape]
  var point: [[Double]]
  var direction: [[Double]]
  var value: Program
  var slope: Program

  init(_ example: Example, order: Int) {
    let result = Program.trace(inputs(example.inputs)) { [example.function($0)] }.resultShapes[0]
    func scalar(_ x: [Tensor], _ weights: Tensor) -> Tensor {
      let y = example.function(x)
      let first = (weights * (y + y.squared)).sum
      return order == 1 ? first : squaredLength(gradient(of: first, at: x))
    }
    shapes = example.inputs
    let all = inputs(shapes + [result])
    point = spread(shapes, over: example.domain, from: 0) + spread([result], over: 1...2, from: 7)
    direction = spread(shapes, over: -1...1, from: 50)
    value = Program.trace(all) { [scalar(Array($0.dropLast()), $0[$0.count - 1])] }
    slope = Program.trace(all) { tensors in
      let x = Array(tensors.dropLast())
      return gradient(of: scalar(x, tensors[x.count]), at: x)
    }
  }

  func finiteDifference(step: Double) -> Double {
    (value(at: step) - value(at: -step)) / (2 * step)
  }

  /// What each coordinate adds to the slope in the direction, by the pullbacks.
  func slopeTerms() -> [Double] {
    zip(slope.reference(point), direction).flatMap { zip($0, $1).map(*) }
  }

  private func value(at distance: Double) -> Double {
    var moved = point
    for index in direction.indices {
      moved[index] = zip(point[index], direction[index]).map { $0 + distance * $1 }
    }
    return value.reference(moved)[0][0]
  }
}

func inputs(_ shapes: [Shape]) -> [Program.Input] {
  shapes.enumerated().map { Program.Input("x\($0)", $1) }
}

private func squaredLength(_ tensors: [Tensor]) -> Tensor {
  let squares = tensors.map(\.squared.sum)
  return squares.dropFirst().reduce(squares[0], +)
}
