import Episodes
import Graphs
import NDArrays

/// The shapes of an episode of `support` and `query` points.
func shapes(support: Int, query: Int, inputs: Int = 1, outputs: Int = 1) -> Episode<Shape> {
  func batch(_ count: Int) -> Batch<Shape> {
    Batch(inputs: [count, inputs], targets: [count, outputs])
  }
  return Episode(support: batch(support), query: batch(query))
}

extension Episode where Leaf == Shape {
  var all: [Shape] { [support.inputs, support.targets, query.inputs, query.targets] }
}

/// Well spread numbers between -1 and 1: the fractional parts of the multiples of the golden ratio.
func spread(_ shapes: [Shape], from start: Int, scale: Double = 1) -> [[Double]] {
  shapes.enumerated().map { index, shape in
    (0..<shape.count).map { element in
      let multiple = Double(start + 101 * index + element + 1) * 0.618_033_988_749_895
      return scale * (2 * multiple.truncatingRemainder(dividingBy: 1) - 1)
    }
  }
}

func dot(_ a: [[Double]], _ b: [[Double]]) -> Double {
  zip(a, b).flatMap { zip($0, $1).map(*) }.reduce(0, +)
}

func norm(_ a: [[Double]]) -> Double { dot(a, a).squareRoot() }

func - (a: [[Double]], b: [[Double]]) -> [[Double]] { zip(a, b).map { zip($0, $1).map(-) } }
