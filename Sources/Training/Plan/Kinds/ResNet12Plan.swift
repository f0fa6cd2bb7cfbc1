public import NDArrays
public import Networks

/// Four residual blocks and a linear head.
public struct ResNet12Plan: NetworkPlan {
  public static let name = "resnet12"

  /// Of each block.
  public var filters: [Int]
  public var norm: Normalization
  public var initializer: Initializer
  public var headInitializer: Initializer

  public init(_ reader: inout PlanReader) throws(PlanError) {
    filters = try reader.value(
      "filters", .list(1...8, each: .whole(1...4096)), default: [64, 160, 320, 640])
    norm = try reader.section("norm", Normalization.init)
    initializer = try reader.section("initializer", Initializer.ofImages)
    headInitializer = try reader.section("head-initializer", Initializer.ofImages)
  }

  public var settings: [(key: String, value: PlanValue)] {
    [
      ("filters", .list(filters.map(PlanValue.whole))), ("norm", norm.written),
      ("initializer", initializer.written), ("head-initializer", headInitializer.written),
    ]
  }

  public func fits(example: Shape) -> Bool {
    example.rank == 3 && resNet12(example, 1).layers.output(example) != nil
  }

  public func network(example: Shape, outputs: Int) -> any Network { resNet12(example, outputs) }

  private func resNet12(_ example: Shape, _ outputs: Int) -> ResNet12 {
    ResNet12(
      input: example, filters: filters, ways: outputs, normalization: norm,
      initializer: initializer, headInitializer: headInitializer)
  }
}
