import Graphs
import MetaLearning
import NDArrays
import Networks

/// Multiply-adds that a task needs, counted twice each: those of the products and convolutions of the
/// schedule a person would write. Padding, transposition and pointwise work do not count.
struct UsefulWork {
  /// Multiply-adds of each layer for one example, forward.
  var layers: [Double]

  init(widths: [Int]) { layers = zip(widths, widths.dropFirst()).map { Double($0 * $1) } }

  init(_ network: any LayeredNetwork) {
    layers = []
    var shape = network.input
    for layer in network.layers {
      let output = layer.output(shape) ?? shape
      if let layer = layer as? ConvolutionLayer { layers.append(Self.taps(layer, shape)) }
      if let layer = layer as? FullyConnected { layers.append(Double(shape.count * layer.outputs)) }
      shape = output
    }
  }

  /// A MAML task is, for each inner step, one gradient (3 products a layer, 2 for the first) and, to
  /// second order, one Hessian-vector product (6 a layer, 3 for the first), and one query gradient.
  func flops(support: Int, query: Int, steps: Int, order: MAML.Order) -> Double {
    let gradient = total(first: 2, others: 3)
    let hessian = order == .second ? total(first: 3, others: 6) : 0
    return 2 * (Double(steps * support) * (gradient + hessian) + Double(query) * gradient)
  }

  private func total(first: Double, others: Double) -> Double {
    layers.enumerated().map { ($0 == 0 ? first : others) * $1 }.reduce(0, +)
  }

  /// Multiply-adds of the taps that lie on the image.
  private static func taps(_ layer: ConvolutionLayer, _ input: Shape) -> Double {
    let windows = Windows(
      of: layer.size, over: Extent(input[0], input[1]), stride: layer.stride,
      padding: layer.padding)
    let down = taps(
      windows.count.height, layer.size.height, layer.stride.height, windows.before.height, input[0])
    let across = taps(
      windows.count.width, layer.size.width, layer.stride.width, windows.before.width, input[1])
    return Double(down * across * input[2] * layer.filters)
  }

  private static func taps(
    _ count: Int, _ size: Int, _ stride: Int, _ before: Int, _ image: Int
  ) -> Int {
    (0..<count).map { window in
      (0..<size).count { 0..<image ~= window * stride + $0 - before }
    }.reduce(0, +)
  }
}
