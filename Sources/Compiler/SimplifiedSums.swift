import Graphs
import NDArrays

extension ProgramBuilder {
  mutating func simplestSum(_ x: ValueID, _ shape: Shape) -> ValueID {
    if self[x].shape == shape { return x }
    if constant(x) == 0 { return fill(0, shape) }
    if shape.rank < self[x].shape.rank {
      // Sums that differ in leading axes of one alone are then one sum.
      let ones = [Int](repeating: 1, count: self[x].shape.rank - shape.rank)
      return simplestReshape(simplestSum(x, Shape(ones + shape.sizes)), shape)
    }
    if let (value, factor) = factored(x) {
      return scaled(simplestSum(value, shape), by: factor, shape)
    }
    if common(x, shape, of: self[x].shape) != nil { return partialSum(x, shape) }
    return sumOfRoute(x, shape) ?? factoredSum(x, shape) ?? sumOfRoutedProduct(x, shape)
      ?? sumOfParts(x, shape) ?? define(.sum(Sum(to: shape)), [x], shape)
  }

  /// What is routed adds up to the same over all pixels as before.
  private mutating func sumOfRoute(_ x: ValueID, _ target: Shape) -> ValueID? {
    guard isRoute(x), target.keepsNoPixels(of: self[x].shape) else { return nil }
    return simplestSum(self[x].operands[1], target)
  }

  private func isRoute(_ x: ValueID) -> Bool {
    if case .maximumPooling(let pooling) = self[x].primitive {
      pooling.role == .route
    } else {
      false
    }
  }

  /// A factor that is the same in all terms of a sum is one of the sum.
  private mutating func factoredSum(_ x: ValueID, _ target: Shape) -> ValueID? {
    guard let (terms, factor) = commonFactor(x, target) else { return nil }
    return product(simplestSum(terms, target), simplestReshape(factor, target), target)
  }

  /// What is multiplied with a factor that is the same in all terms of a sum, and that factor.
  private func commonFactor(_ x: ValueID, _ target: Shape) -> (terms: ValueID, factor: ValueID)? {
    guard case .pointwise(.multiply) = self[x].primitive else { return nil }
    let operands = self[x].operands
    for (terms, factor) in [(operands[0], operands[1]), (operands[1], operands[0])] {
      if let source = common(factor, target, of: self[x].shape) { return (terms, source) }
    }
    return nil
  }

  /// What a value repeats in all terms of a sum, if it does.
  private func common(_ x: ValueID, _ target: Shape, of terms: Shape) -> ValueID? {
    guard case .broadcast = self[x].primitive else { return nil }
    let source = self[x].operands[0]
    let kept = target.strides(broadcastTo: terms)
    let varies = self[source].shape.strides(broadcastTo: terms)
    return self[source].shape.count == target.count && kept == varies ? source : nil
  }
}

// MARK: - Sums of sums

extension ProgramBuilder {
  /// The sum of terms that were added up from others: the sum of those, where every one of them is
  /// known or takes no pass over all terms. So a bias before a normalisation costs none.
  private mutating func sumOfParts(_ x: ValueID, _ target: Shape) -> ValueID? {
    if isCentred(x, target) { return fill(0, target) }
    guard let (a, b, isSum) = parts(x), isKnownSum(a, target), isKnownSum(b, target) else {
      return nil
    }
    let (left, right) = (partialSum(a, target), partialSum(b, target))
    return isSum ? sum(left, right, target) : difference(left, right, target)
  }

  private func parts(_ x: ValueID) -> (a: ValueID, b: ValueID, isSum: Bool)? {
    switch self[x].primitive {
    case .pointwise(.add): (self[x].operands[0], self[x].operands[1], true)
    case .pointwise(.subtract): (self[x].operands[0], self[x].operands[1], false)
    default: nil
    }
  }

  private mutating func partialSum(_ x: ValueID, _ target: Shape) -> ValueID {
    guard let source = common(x, target, of: self[x].shape) else { return simplestSum(x, target) }
    let terms = Float(self[x].shape.count) / Float(target.count)
    return scaled(simplestReshape(source, target), by: terms, target)
  }

  /// Whether a sum takes no pass over all its terms any more.
  private func isKnownSum(_ x: ValueID, _ target: Shape) -> Bool {
    if common(x, target, of: self[x].shape) != nil || isCentred(x, target) { return true }
    if written(.sum(Sum(to: target)), [x], target) != nil { return true }
    if isRoute(x) { return target.keepsNoPixels(of: self[x].shape) }
    if let (value, _) = factored(x) { return isKnownSum(value, target) }
    if let (terms, _) = commonFactor(x, target) { return isKnownSum(terms, target) }
    guard let (a, b, _) = parts(x) else { return false }
    return isKnownSum(a, target) && isKnownSum(b, target)
  }

  /// Whether a value is another one less its mean, so that it adds up to nothing.
  private func isCentred(_ x: ValueID, _ target: Shape) -> Bool {
    guard case .pointwise(.subtract) = self[x].primitive,
      let mean = common(self[x].operands[1], target, of: self[x].shape),
      let (sum, factor) = factored(mean), case .sum = self[sum].primitive
    else { return false }
    let terms = Float(self[x].shape.count) / Float(target.count)
    return self[sum].operands[0] == self[x].operands[0] && factor == 1 / terms
  }
}

extension Shape {
  /// Whether a sum of images to this shape adds up all pixels of each.
  func keepsNoPixels(of images: Shape) -> Bool {
    let kept = strides(broadcastTo: images)
    return kept.count == 4 && kept[1] == 0 && kept[2] == 0
  }
}
