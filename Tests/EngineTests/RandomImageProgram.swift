import Graphs
import NDArrays

/// Convolutions and pooling of any size, with first and second derivatives, made up from a seed.
struct RandomImageProgram {
  private var random: RandomBits

  /// Two convolutions with something between and after them. Results: the loss, its gradient, and the
  /// gradient of that gradient's squared length, so that every role of every family runs.
  static func program(seed: UInt64) -> Program {
    var writer = RandomImageProgram(random: RandomBits(state: seed))
    let side = Extent(4 + writer.pick(9), 4 + writer.pick(9))
    let (inputs, middle, outputs) = (
      writer.channels(), writer.channels(), writer.channels()
    )
    let images: Shape = [1 + writer.pick(3), side.height, side.width, inputs]
    let first: Shape = [1 + writer.pick(4), 1 + writer.pick(4), inputs, middle]
    let second: Shape = [1 + writer.pick(3), 1 + writer.pick(3), middle, outputs]
    let declared = [
      Program.Input("images", images), Program.Input("first", first, role: .parameter),
      Program.Input("second", second, role: .parameter), Program.Input("bias", [middle]),
    ]
    return Program.trace(declared) { x in writer.results(x) }
  }

  private mutating func results(_ x: [Tensor]) -> [Tensor] {
    let hidden = between(convolved(x[0], x[1]), x[3])
    let loss = after(convolved(hidden, x[2])).squared.mean
    let slopes = gradient(of: loss, at: x)
    let length = slopes.map(\.squared.sum).reduce(loss, +)
    return [loss] + slopes + gradient(of: length, at: x)
  }

  private mutating func convolved(_ images: Tensor, _ filter: Tensor) -> Tensor {
    images.convolved(
      with: filter, stride: Extent(1 + pick(3), 1 + pick(3)),
      padding: pick(3) == 0 ? explicitPadding() : .same)
  }

  // Any filter of up to four taps fits somewhere.
  private mutating func explicitPadding() -> Padding {
    .explicit(top: 1 + pick(2), left: 2, bottom: 2, right: 1 + pick(3))
  }

  private mutating func between(_ y: Tensor, _ bias: Tensor) -> Tensor {
    // A bias before a normalisation changes nothing, so that nothing but rounding would be compared.
    let (kind, x) = (pick(6), y + bias)
    return switch kind {
    case 0: x.relu
    case 1: x.tanh
    case 2: pooled(x, Tensor.maximumPooled)
    case 3: pooled((normalized(y) + bias).relu, Tensor.maximumPooled)
    case 4: normalized(y) + bias
    default: pooled(x, Tensor.averagePooled)
    }
  }

  /// By the mean and the deviation of each channel.
  private func normalized(_ x: Tensor) -> Tensor {
    let target: Shape = [1, 1, 1, x.shape[3]]
    func mean(_ x: Tensor) -> Tensor {
      (Float(target.count) / Float(x.shape.count)) * x.sum(to: target)
    }
    let centred = x - mean(x)
    return centred * (1 / (mean(centred.squared) + 0.1).squareRoot)
  }

  private mutating func after(_ x: Tensor) -> Tensor {
    switch pick(3) {
    case 0: x.relu
    case 1: pooled(x, Tensor.maximumPooled)
    default: x + x.sum(to: [1, 1, 1, x.shape[3]])
    }
  }

  private mutating func pooled(
    _ x: Tensor, _ pool: (Tensor) -> (_ by: Extent, _ stride: Extent) -> Tensor
  ) -> Tensor {
    let size = Extent(min(x.shape[1], 1 + pick(3)), min(x.shape[2], 1 + pick(3)))
    return pool(x)(size, Extent(1 + pick(2), 1 + pick(3)))
  }

  private mutating func channels() -> Int { [1, 2, 3, 5, 8, 13, 16, 17, 33][pick(9)] }

  private mutating func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
}
