public import Episodes
public import Graphs
public import NDArrays
public import Networks

/// MAML in a space that is learned: behind each layer's linear map stands a square one, its warp, which
/// adaptation leaves alone and training learns.
///
/// With `T` the warp, an inner step moves the layer's whole map by `T Tᵀ` times the slope: a metric of the
/// layer's outputs. Warps start as identities, and the network's last layer has one too. The warp of
/// `fc1` is the parameter `fc1.warp`.
///
/// - Source: Lee & Choi 2018, "Gradient-Based Meta-Learning with Learned Layerwise Metric and Subspace".
public struct TNet: MetaLearner {
  /// What is left when all warps are identities.
  public var maml: MAML

  public init(_ maml: MAML) { self.maml = maml }

  public var network: any Network { maml.network }
  public var loss: Loss { maml.loss }
  public var innerSteps: Int { maml.innerSteps }

  public var layout: Parameters<Shape> { network.layout.merging(warps) }

  public func initial(_ key: RandomKey) -> Parameters<NDArray> {
    network.initial(key).merging(warps.map { NDArray(identity: $0[0]) })
  }

  /// Warps are no weights of the network, so that descent passes them on as they are.
  public func adaptations(
    _ parameters: Parameters<Tensor>, to support: Batch<Tensor>, steps: Int
  ) -> [Parameters<Tensor>] {
    maml.adaptations(parameters, to: support, steps: steps)
  }

  private var warps: Parameters<Shape> {
    Parameters(network.linearMaps.map { ("\($0.layer).warp", [$0.outputs, $0.outputs]) })
  }
}

extension Network {
  /// The layers that are linear maps, dense or convolutions, and how many outputs or filters they have.
  var linearMaps: [(layer: String, outputs: Int)] {
    zip(layout.names, layout.leaves).compactMap { name, shape in
      guard name.hasSuffix(".weight"), shape.rank > 1 else { return nil }
      return (String(name.dropLast(".weight".count)), shape[0])
    }
  }
}

extension NDArray {
  fileprivate init(identity size: Int) {
    let elements = (0..<size * size).map { Float($0 % (size + 1) == 0 ? 1 : 0) }
    self.init(elements, shape: [size, size])
  }
}
