public import NDArrays
public import Networks

/// Four convolutional layers and a linear head.
public struct ConvNet4Plan: NetworkPlan {
  public static let name = "convnet4"

  public var filters: Int
  public var downsampling: ConvNet4.Downsampling
  public var pooling: ConvNet4.Pooling
  public var bias: ConvolutionLayer.Bias
  public var norm: Normalization
  public var initializer: Initializer
  public var headInitializer: Initializer

  public init(_ reader: inout PlanReader) throws(PlanError) {
    filters = try reader.value("filters", .whole(1...4096), default: 64)
    downsampling = try reader.value("downsampling", .choice, default: .stride)
    let fitting = downsampling == .stride ? ConvNet4.Pooling.mean : .flatten
    pooling = try reader.value("pooling", .choice, default: fitting)
    bias = ConvolutionLayer.Bias(try reader.value("bias", .truth, default: true))
    norm = try reader.section("norm", Normalization.init)
    initializer = try reader.section("initializer", Initializer.ofImages)
    headInitializer = try reader.section("head-initializer", Initializer.ofImages)
  }

  public var settings: [(key: String, value: PlanValue)] {
    [
      ("filters", .whole(filters)), ("downsampling", .word(downsampling.rawValue)),
      ("pooling", .word(pooling.rawValue)), ("bias", bias.written), ("norm", norm.written),
      ("initializer", initializer.written), ("head-initializer", headInitializer.written),
    ]
  }

  public func fits(example: Shape) -> Bool {
    example.rank == 3 && convNet4(example, 1).layers.output(example) != nil
  }

  public func network(example: Shape, outputs: Int) -> any Network { convNet4(example, outputs) }

  private func convNet4(_ example: Shape, _ outputs: Int) -> ConvNet4 {
    ConvNet4(
      input: example, filters: filters, ways: outputs, downsampling: downsampling,
      pooling: pooling, bias: bias, normalization: norm, initializer: initializer,
      headInitializer: headInitializer)
  }
}
