import Graphs
public import NDArrays
public import Networks

/// Layers one after the other, as the plan lists them, and a linear head `fc` that the tasks decide the
/// width of. Layers are named by their kind and counted: `conv1`, `bn1`, `fc1`.
public struct LayersPlan: NetworkPlan {
  public static let name = "layers"

  public var layers: [LayerPlan]
  public var headInitializer: Initializer

  public init(_ reader: inout PlanReader) throws(PlanError) {
    layers = try reader.sections("layers", 1...1000, LayerPlan.init)
    headInitializer = try reader.section("head-initializer", Initializer.ofImages)
  }

  public var settings: [(key: String, value: PlanValue)] {
    [("layers", .list(layers.map(\.written))), ("head-initializer", headInitializer.written)]
  }

  public func fits(example: Shape) -> Bool { layerList(example, 1) != nil }

  public func network(example: Shape, outputs: Int) -> any Network {
    guard let network = layerList(example, outputs) else {
      preconditionFailure("whether layers fit \(example) is for the plan to check")
    }
    return network
  }

  private func layerList(_ example: Shape, _ outputs: Int) -> LayerList? {
    var counts = LayerPlan.Counts()
    let body: [any Layer] = layers.map { $0.layer(&counts) }
    let head = FullyConnected("fc", outputs: outputs, initializer: headInitializer)
    return LayerList(body + [head], input: example)
  }
}
