public import NDArrays

/// The examples of a new task that a learner adapts to.
public struct Support: Equatable, Sendable {
  /// Shape: `[n]` and the shape of an example, which for images is `[height, width, channels]`, from zero
  /// to one.
  public let inputs: NDArray
  /// Values `[n, outputs]`, or labels `[n]`: the place of each example's class among `classes`.
  public let targets: NDArray
  /// Their names; none where values are learned.
  public let classes: [String]

  /// Examples of a function of numbers.
  ///
  /// - Traps: unless there are as many targets as inputs.
  public init(inputs: NDArray, values: NDArray) {
    precondition(
      inputs.shape.sizes.first == values.shape.sizes.first,
      "values \(values.shape) for inputs \(inputs.shape)")
    (self.inputs, targets, classes) = (inputs, values, [])
  }

  /// Examples of classes, which are numbered in the order of their names.
  ///
  /// - Parameter names: the class of each input.
  /// - Traps: unless there are as many names as inputs.
  public init(inputs: NDArray, classes names: [String]) {
    precondition(
      inputs.shape.sizes.first == names.count, "\(names.count) names for inputs \(inputs.shape)")
    let classes = Set(names).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let labels = names.map { Float(classes.firstIndex(of: $0) ?? 0) }
    (self.inputs, targets) = (inputs, NDArray(labels, shape: [names.count]))
    self.classes = classes
  }

  /// How many examples.
  public var count: Int { inputs.shape[0] }

  func check(for shape: InputShape) throws(UseError) {
    try shape.check(inputs)
    guard shape.areClasses else { return try checkValues(shape.outputs) }
    guard !classes.isEmpty else { throw .misfit("values, where classes are learned") }
    guard classes.count <= shape.outputs else {
      throw .misfit(
        "\(classes.count) classes, where the network can tell \(shape.outputs) apart at most")
    }
  }

  private func checkValues(_ outputs: Int) throws(UseError) {
    guard classes.isEmpty, targets.shape == [count, outputs] else {
      throw .misfit("targets of the shape \(targets.shape), where \([count, outputs]) is learned")
    }
  }
}
