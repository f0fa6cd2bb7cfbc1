public import NDArrays
public import Networks

/// Dense layers, whose first and last widths the tasks decide.
public struct MLPPlan: NetworkPlan {
  public static let name = "mlp"

  /// Widths of the layers between.
  public var hidden: [Int]
  public var activation: Activation
  public var initializer: Initializer

  public init(_ reader: inout PlanReader) throws(PlanError) {
    hidden = try reader.value("hidden", .list(0...64, each: .whole(1...65_536)))
    activation = try reader.value("activation", .choice, default: .relu)
    initializer = try reader.section("initializer", Initializer.init)
  }

  public var settings: [(key: String, value: PlanValue)] {
    [
      ("hidden", .list(hidden.map(PlanValue.whole))),
      ("activation", .word(activation.rawValue)), ("initializer", initializer.written),
    ]
  }

  public func network(example: Shape, outputs: Int) -> any Network {
    MLP(
      inputs: example.count, hidden: hidden, outputs: outputs, activation: activation,
      initializer: initializer)
  }
}
