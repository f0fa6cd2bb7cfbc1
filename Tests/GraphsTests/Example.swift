import Graphs
import NDArrays
import Testing

/// A function of tensors, and where to try it.
struct Example: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var inputs: [Shape]
  /// Where inputs are drawn from; kept off poles and off the edges of domains.
  var domain: ClosedRange<Double>
  var function: @Sendable ([Tensor]) -> Tensor

  init(
    _ description: String, _ inputs: [Shape], in domain: ClosedRange<Double> = -1.5...1.5,
    _ function: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    (testDescription, self.inputs, self.domain, self.function) = (
      description, inputs, domain, function
    )
  }
}

extension Example {
  /// Every operation that has a pullback.
  static let operations = pointwise + products + layouts + stretched + images

  static let pointwise = Pointwise.allCases.map { function in
    Example(
      function.name, Array(repeating: [2, 3], count: function.arity), in: function.domain
    ) { x in
      switch function.arity {
      case 1: function(x[0])
      case 2: function(x[0], x[1])
      default: function(x[0], x[1], x[2])
      }
    }
  }

  static let products = [
    Example("product.nn", [[2, 3], [3, 4]]) { matmul($0[0], $0[1]) },
    Example("product.nt", [[2, 3], [4, 3]]) { matmul($0[0], transposed: $0[1]) },
    Example("product.tn", [[3, 2], [3, 4]]) { matmul(transposed: $0[0], $0[1]) },
    Example("product of a row and a column", [[1, 5], [5, 1]]) { matmul($0[0], $0[1]) },
    Example("product of a matrix with itself", [[3, 3]]) { matmul($0[0], transposed: $0[0]) },
  ]

  static let layouts = [
    Example("reshape", [[2, 6]]) { $0[0].reshaped(to: [3, 4]) },
    Example("reshape to a vector", [[2, 3]]) { $0[0].reshaped(to: [6]) },
    Example("pick", [[2, 3]]) { $0[0].element(4) },
    Example("place", [[]]) { $0[0].placed(at: 4, in: [2, 3]) },
    Example("transpose", [[2, 5]]) { $0[0].transposed },
    Example("transpose of three axes", [[2, 5, 3]]) { $0[0].transposed([2, 0, 1]) },
    Example("transpose of a filter", [[3, 2, 2, 3]]) { $0[0].transposed([2, 3, 1, 0]) },
  ]

  static let stretched = [
    Example("broadcast a scalar", [[]]) { $0[0].broadcast(to: [2, 3]) },
    Example("broadcast a new axis", [[3]]) { $0[0].broadcast(to: [2, 3]) },
    Example("broadcast an inner axis", [[2, 1]]) { $0[0].broadcast(to: [2, 3]) },
    Example("broadcast a new axis and an outer one", [[1, 3]]) { $0[0].broadcast(to: [2, 4, 3]) },
    Example("broadcast a middle axis", [[2, 1, 3]]) { $0[0].broadcast(to: [2, 4, 3]) },
    Example("sum", [[2, 3]]) { $0[0].sum },
    Example("mean", [[2, 3]]) { $0[0].mean },
    Example("sum over rows", [[4, 3]]) { $0[0].sum(to: [3]) },
    Example("sum within rows", [[4, 3]]) { $0[0].sum(to: [4, 1]) },
    Example("sum over a middle axis", [[2, 4, 3]]) { $0[0].sum(to: [2, 1, 3]) },
    Example("sum over the outer axes", [[2, 4, 3]]) { $0[0].sum(to: [1, 3]) },
    Example("a row plus a column", [[1, 3], [4, 1]]) { $0[0] + $0[1] },
    Example("a matrix times a scalar", [[2, 3], []]) { $0[0] * $0[1] },
    Example("a matrix over a row", [[2, 3], [3]], in: 0.5...2) { $0[0] / $0[1] },
    Example("the larger of a matrix and a column", [[2, 3], [2, 1]]) {
      Tensor.maximum($0[0], $0[1])
    },
  ]

  /// What networks and losses are made of.
  static let composites = [
    Example("square", [[4]]) { $0[0].squared },
    Example("sigmoid", [[5]]) { $0[0].sigmoid },
    Example("arithmetic with numbers", [[4]], in: 0.5...2) {
      (2 - $0[0]) / (1 / $0[0] + 3) - 0.25
    },
    Example("softmax", [[3, 4]]) { $0[0].exp / $0[0].exp.sum(to: [3, 1]) },
    Example("log of a sum of exponentials", [[3, 4]]) { $0[0].exp.sum(to: [3, 1]).log },
    Example("normalised rows", [[3, 4]]) { x in
      let centred = x[0] - 0.25 * x[0].sum(to: [3, 1])
      return centred / (0.25 * centred.squared.sum(to: [3, 1]) + 0.1).squareRoot
    },
    Example("two dense layers", [[4, 2], [3, 2], [3], [1, 3], [1]]) { x in
      let hidden = (matmul(x[0], transposed: x[1]) + x[2]).tanh
      return matmul(hidden, transposed: x[3]) + x[4]
    },
    Example("two dense layers with a kink", [[4, 2], [3, 2], [3], [1, 3], [1]]) { x in
      let hidden = (matmul(x[0], transposed: x[1]) + x[2]).relu
      return matmul(hidden, transposed: x[3]) + x[4]
    },
    Example("a value used many times", [[3, 3]]) { x in
      let y = matmul(x[0], x[0]) * x[0]
      return y.tanh + y.sin * x[0] - y.transposed
    },
  ]
}

extension Pointwise {
  /// Where the function is smooth, but for the kinks of the piecewise linear ones.
  var domain: ClosedRange<Double> {
    switch self {
    case .divide, .log, .squareRoot: 0.5...2
    case .add, .subtract, .multiply, .maximum, .minimum, .gate, .multiplyAdd, .negate, .exp, .tanh,
      .sin, .cos, .relu:
      -1.5...1.5
    }
  }
}

/// Well spread numbers: the fractional parts of the multiples of the golden ratio, from the
/// `start`-th on.
func spread(_ count: Int, over domain: ClosedRange<Double>, from start: Int) -> [Double] {
  (0..<count).map { index in
    let part = (Double(start + index + 1) * 0.618_033_988_749_895)
      .truncatingRemainder(dividingBy: 1)
    return domain.lowerBound + part * (domain.upperBound - domain.lowerBound)
  }
}

func spread(_ shapes: [Shape], over domain: ClosedRange<Double>, from start: Int) -> [[Double]] {
  shapes.enumerated().map { index, shape in
    spread(shape.count, over: domain, from: start + 101 * index)
  }
}
