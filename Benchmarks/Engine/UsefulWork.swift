import Graphs
import MetaLearning
import NDArrays
import Networks

/// Multiply-adds that a task needs, counted twice each: those of the products and convolutions of the
/// schedule a person would write. Padding, transposition and pointwise work do not count.
struct UsefulWork {
  /// A linear map, dense or a convolution, which training learns in any case.
  struct Map {
    /// Multiply-adds for one example, forward.
    var work: Double
    /// Likewise of a square map of its outputs.
    var warp: Double
    /// Whether inner steps move it.
    var moves = true
  }

  /// In the order in which they are applied.
  var maps: [Map]

  init(widths: [Int]) {
    maps = zip(widths, widths.dropFirst()).map {
      Map(work: Double($0 * $1), warp: Double($1 * $1))
    }
  }

  init(_ network: any LayeredNetwork) {
    maps = []
    var shape = network.input
    for layer in network.layers {
      let output = layer.output(shape) ?? shape
      if let layer = layer as? ConvolutionLayer {
        maps.append(
          Map(work: Self.taps(layer, shape), warp: Double(output.count * layer.filters)))
      }
      if let layer = layer as? FullyConnected {
        maps.append(
          Map(
            work: Double(shape.count * layer.outputs), warp: Double(layer.outputs * layer.outputs)))
      }
      shape = output
    }
  }

  /// The flops of a task's meta-gradient, or of its inner steps alone where there is no query set.
  func flops(support: Int, query: Int, steps: Int, order: MAML.Order) -> Double {
    let inner = innerGradient + (order == .second ? hessianVector : 0)
    return 2 * (Double(steps * support) * inner + Double(query) * gradient)
  }
}

// MARK: - Products of one example

extension UsefulWork {
  /// Forward alone.
  var forward: Double { total { _, _ in 1 } }

  /// Of everything that is learned: forward, by the weights, and by the inputs of all but the first.
  var gradient: Double { total { index, _ in index > 0 ? 3 : 2 } }

  /// Of what moves: nobody needs slopes of what stands still, nor any way down below the lowest that
  /// moves.
  var innerGradient: Double {
    total { index, map in 1 + (map.moves ? 1 : 0) + (index > lowest ? 1 : 0) }
  }

  /// The derivative of an inner gradient along a direction in what moves, by everything that is learned.
  ///
  /// In the way of Pearlmutter's R: where inputs move along, forward is a product more and by the weights is
  /// one more; where weights move along, so are forward and by the inputs. By the weights and, but for the
  /// first, by the inputs there is one in any case. So a map that moves has six, the first two.
  private var hessianVector: Double {
    total { index, map in
      let (inputsMove, weightsMove) = (index > lowest, map.moves)
      let forward = (inputsMove ? 1.0 : 0) + (weightsMove ? 1 : 0)
      let byWeights = 1 + (inputsMove ? 1.0 : 0)
      let byInputs = index > 0 ? 1 + (weightsMove ? 1.0 : 0) : 0
      return forward + byWeights + byInputs
    }
  }

  private var lowest: Int { maps.firstIndex(where: \.moves) ?? maps.count }

  private func total(_ products: (_ index: Int, _ map: Map) -> Double) -> Double {
    maps.enumerated().map { products($0, $1) * $1.work }.reduce(0, +)
  }
}

// MARK: - Of other methods

extension UsefulWork {
  /// The same with a warp behind each map, which stands still.
  var warped: UsefulWork {
    var work = self
    work.maps = maps.flatMap { [$0, Map(work: $0.warp, warp: 0, moves: false)] }
    return work
  }

  /// The same where the last map alone moves, or all but it.
  func moving(_ part: Part) -> UsefulWork {
    var work = self
    for index in maps.indices {
      work.maps[index].moves = (index == maps.count - 1) == (part == .head)
    }
    return work
  }

  enum Part { case head, body }
}

// MARK: - Convolutions

extension UsefulWork {
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
