public import NDArrays

extension Episode where Leaf == NDArray {
  /// Several tasks' data, each leaf stacked along a new first axis.
  ///
  /// - Traps: without episodes, or with episodes of different shapes.
  public init(stacking episodes: [Episode<NDArray>]) {
    func stacked(_ leaf: (Episode<NDArray>) -> NDArray) -> NDArray {
      NDArray(stacking: episodes.map(leaf))
    }
    self.init(
      support: Batch(inputs: stacked(\.support.inputs), targets: stacked(\.support.targets)),
      query: Batch(inputs: stacked(\.query.inputs), targets: stacked(\.query.targets)))
  }

  /// In the form in which it travels.
  func packed(_ inputs: InputKind) -> Episode<PackedArray> {
    func packed(_ batch: Batch<NDArray>) -> Batch<PackedArray> {
      Batch(inputs: PackedArray(batch.inputs, as: inputs), targets: .floats(batch.targets))
    }
    return Episode<PackedArray>(support: packed(support), query: packed(query))
  }
}

extension PackedArray {
  fileprivate init(_ array: NDArray, as kind: InputKind) {
    switch kind {
    case .real: self = .floats(array)
    case .pixels: self = .pixels([UInt8](pixels: array.elements), shape: array.shape)
    }
  }
}

extension NDArray {
  fileprivate init(stacking arrays: [NDArray]) {
    guard let shape = arrays.first?.shape else { preconditionFailure("nothing to stack") }
    precondition(
      arrays.allSatisfy { $0.shape == shape },
      "arrays of one shape stack, not \(arrays.map(\.shape))")
    self.init(arrays.flatMap(\.elements), shape: Shape([arrays.count] + shape.sizes))
  }
}
