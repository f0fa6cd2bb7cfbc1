import Graphs
public import Networks

/// One layer of a list.
public enum LayerPlan: Hashable, Sendable {
  case convolution(Convolution)
  case dense(width: Int, Initializer)
  case norm(Normalization)
  case activation(Activation)
  case pool(PoolingLayer.Kind, size: Int, stride: Int)
  case mean
  case flatten

  /// Square filters.
  public struct Convolution: Hashable, Sendable {
    public var filters: Int
    public var size: Int
    public var stride: Int
    public var padding: Padding
    public var bias: ConvolutionLayer.Bias
    public var initializer: Initializer

    public enum Padding: String, Hashable, Sendable, CaseIterable { case same, valid }
  }

  private enum Kind: String, CaseIterable {
    case convolution, dense, norm, activation, mean, flatten
    case maxPool = "max-pool"
    case averagePool = "average-pool"
  }

  init(_ reader: inout PlanReader) throws(PlanError) {
    switch try reader.value("layer", Reading<Kind>.choice) {
    case .convolution: self = .convolution(try Convolution(&reader))
    case .dense:
      self = .dense(
        width: try reader.value("width", .whole(1...65_536)),
        try reader.section("initializer", Initializer.ofImages))
    case .norm: self = .norm(try reader.section("norm", Normalization.init))
    case .activation: self = .activation(try reader.value("activation", .choice, default: .relu))
    case .mean: self = .mean
    case .flatten: self = .flatten
    case .maxPool: self = try Self.pool(.maximum, &reader)
    case .averagePool: self = try Self.pool(.average, &reader)
    }
  }

  private static func pool(
    _ kind: PoolingLayer.Kind, _ reader: inout PlanReader
  ) throws(PlanError) -> LayerPlan {
    let size = try reader.value("size", .whole(1...4096), default: 2)
    return .pool(
      kind, size: size, stride: try reader.value("stride", .whole(1...4096), default: size))
  }

  var written: PlanValue {
    func layer(_ kind: Kind, _ settings: [(key: String, value: PlanValue)] = []) -> PlanValue {
      .mapping([("layer", .word(kind.rawValue))] + settings)
    }
    return switch self {
    case .convolution(let convolution): layer(.convolution, convolution.settings)
    case .dense(let width, let initializer):
      layer(.dense, [("width", .whole(width)), ("initializer", initializer.written)])
    case .norm(let norm): layer(.norm, [("norm", norm.written)])
    case .activation(let activation):
      layer(.activation, [("activation", .word(activation.rawValue))])
    case .pool(let kind, let size, let stride):
      layer(
        kind == .maximum ? .maxPool : .averagePool,
        [("size", .whole(size)), ("stride", .whole(stride))])
    case .mean: layer(.mean)
    case .flatten: layer(.flatten)
    }
  }
}

extension LayerPlan.Convolution {
  fileprivate init(_ reader: inout PlanReader) throws(PlanError) {
    filters = try reader.value("filters", .whole(1...4096))
    size = try reader.value("size", .whole(1...255), default: 3)
    stride = try reader.value("stride", .whole(1...255), default: 1)
    padding = try reader.value("padding", .choice, default: .same)
    bias = ConvolutionLayer.Bias(try reader.value("bias", .truth, default: true))
    initializer = try reader.section("initializer", Initializer.ofImages)
  }

  fileprivate var settings: [(key: String, value: PlanValue)] {
    [
      ("filters", .whole(filters)), ("size", .whole(size)), ("stride", .whole(stride)),
      ("padding", .word(padding.rawValue)), ("bias", bias.written),
      ("initializer", initializer.written),
    ]
  }
}

extension LayerPlan {
  /// How many layers of each kind have a name already.
  struct Counts {
    fileprivate var convolutions = 0
    fileprivate var norms = 0
    fileprivate var dense = 0
  }

  func layer(_ counts: inout Counts) -> any Layer {
    switch self {
    case .convolution(let plan):
      counts.convolutions += 1
      return ConvolutionLayer(
        "conv\(counts.convolutions)", filters: plan.filters, size: Extent(square: plan.size),
        stride: Extent(square: plan.stride), padding: plan.padding == .same ? .same : .valid,
        bias: plan.bias, initializer: plan.initializer)
    case .dense(let width, let initializer):
      counts.dense += 1
      return FullyConnected("fc\(counts.dense)", outputs: width, initializer: initializer)
    case .norm(let norm):
      counts.norms += 1
      return norm.named("bn\(counts.norms)")
    case .activation(let activation): return ActivationLayer(activation)
    case .pool(let kind, let size, let stride):
      return PoolingLayer(kind, size: Extent(square: size), stride: Extent(square: stride))
    case .mean: return SpatialMean()
    case .flatten: return Flatten()
    }
  }
}
