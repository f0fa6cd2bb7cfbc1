public import NDArrays
public import Networks

/// Dense layers, each but the last normalised.
public struct NormalizedMLPPlan: NetworkPlan {
  public static let name = "normalized-mlp"

  /// Widths of the layers between.
  public var hidden: [Int]
  public var activation: Activation
  public var norm: Normalization
  public var initializer: Initializer

  public init(_ reader: inout PlanReader) throws(PlanError) {
    hidden = try reader.value(
      "hidden", .list(0...64, each: .whole(1...65_536)), default: [256, 128, 64, 64])
    activation = try reader.value("activation", .choice, default: .relu)
    norm = try reader.section("norm", Normalization.init)
    initializer = try reader.section("initializer", Initializer.init)
  }

  public var settings: [(key: String, value: PlanValue)] {
    [
      ("hidden", .list(hidden.map(PlanValue.whole))),
      ("activation", .word(activation.rawValue)), ("norm", norm.written),
      ("initializer", initializer.written),
    ]
  }

  public func network(example: Shape, outputs: Int) -> any Network {
    NormalizedMLP(
      input: example, hidden: hidden, ways: outputs, activation: activation,
      normalization: norm, initializer: initializer)
  }
}
