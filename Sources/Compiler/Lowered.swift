import Graphs
public import NDArrays

extension Program {
  /// Operations as kernels have them: no product reads its right factor transposed, every sum is
  /// over neighbouring axes, and a short sum is a product, which can scale it and add to it.
  func lowered() -> Program {
    var forms = ChannelForms()
    return rewritten { builder, instruction, operands in
      switch instruction.primitive {
      case .product(Product(.nt)):
        let right = builder.transposed(operands[1])
        return builder.define(.product(Product(.nn)), [operands[0], right], instruction.shape)
      case .convolution(let convolution):
        return builder.convolution(convolution, operands, instruction.shape)
      case .pointwise(let function):
        return forms.define(function, operands, instruction.shape, in: &builder)
      case .sum:
        return builder.sum(operands[0], to: instruction.shape)
      case .transpose(let transpose):
        return builder.matrices(transpose, operands[0], instruction.shape)
      case .input, .fill, .ramp, .product, .maximumPooling, .sumPooling, .broadcast,
        .reshape,
        .element, .stop, .fusedPointwise, .fusedProduct, .fusedConvolution, .fusedSum, .winograd:
        return builder.define(instruction.primitive, operands, instruction.shape)
      }
    }
  }
}

extension ProgramBuilder {
  /// The transpose of a matrix: one copy for all who read it, and for vectors just another shape.
  fileprivate mutating func transposed(_ matrix: ValueID) -> ValueID {
    let shape = self[matrix].shape
    let target: Shape = [shape[1], shape[0]]
    return shape[0] == 1 || shape[1] == 1
      ? define(.reshape(Reshape(to: target)), [matrix], target)
      : define(.transpose(.matrix), [matrix], target)
  }

  /// A convolution whose filter, read backwards, has its channels swapped, and is transformed where the
  /// algorithm wants it to be: one copy for all readers.
  fileprivate mutating func convolution(
    _ convolution: Convolution, _ operands: [ValueID], _ shape: Shape
  ) -> ValueID {
    var operands = operands
    let algorithm = convolution.algorithm(operands.map { self[$0].shape })
    let fused = Primitive.fusedConvolution(FusedConvolution(convolution, by: algorithm))
    if convolution.role == .byInput {
      let filter = self[operands[1]].shape
      let swapped: Shape = [filter[0], filter[1], filter[3], filter[2]]
      operands[1] = matrices(Transpose(order: [0, 1, 3, 2]), operands[1], swapped)
    }
    guard algorithm == .winograd else { return define(fused, operands, shape) }
    if convolution.role == .byFilter {
      let positions = define(fused, operands, [4, 4, shape[2], shape[3]])
      return define(.winograd(WinogradTransform(.gradient)), [positions], shape)
    }
    let filter = self[operands[1]].shape
    operands[1] = define(
      .winograd(WinogradTransform(.filter)), [operands[1]], [4, 4, filter[2], filter[3]])
    return define(fused, operands, shape)
  }

  /// Any transpose as some of batches of matrices: each brings the next axes wanted, and all after them,
  /// before those that are in the way.
  fileprivate mutating func matrices(
    _ transpose: Transpose, _ value: ValueID, _ target: Shape
  ) -> ValueID {
    if transpose == .matrix { return transposed(value) }
    let shape = self[value].shape
    var (moved, axes) = (value, Array(shape.sizes.indices))
    for place in axes.indices {
      guard let next = axes.firstIndex(of: transpose.order[place]), next != place else { continue }
      func count(_ range: Range<Int>) -> Int { range.map { shape[axes[$0]] }.reduce(1, *) }
      let (rows, columns) = (count(place..<next), count(next..<axes.count))
      moved = batch(moved, [count(0..<place), rows, columns])
      axes = Array(axes[..<place] + axes[next...] + axes[place..<next])
    }
    return reshaped(moved, to: target)
  }

  /// Each of a batch of matrices transposed.
  private mutating func batch(_ value: ValueID, _ shape: Shape) -> ValueID {
    let target: Shape = [shape[0], shape[2], shape[1]]
    let matrices = reshaped(value, to: shape)
    return shape[1] == 1 || shape[2] == 1
      ? reshaped(matrices, to: target)
      : define(.transpose(Transpose(order: [0, 2, 1])), [matrices], target)
  }

  /// A sum over the first axes, and few terms: ones times a matrix, or one column times another.
  ///
  /// A longer one is better off as a sum, which adds up in parts.
  private mutating func sumAsProduct(
    _ value: ValueID, _ target: Shape, _ groups: [[Int]]
  ) -> ValueID? {
    let shape = self[value].shape
    guard let axes = groups.first, groups.count == 1 else { return nil }
    let (terms, columns) = (shape.count / target.count, target.count)
    guard terms <= 64, shape.sizes[...axes[axes.count - 1]].reduce(1, *) == terms else {
      return nil
    }
    var (left, right) = (define(.fill(1), [], [1, terms]), value)
    if columns == 1, case .pointwise(.multiply) = self[value].primitive {
      (left, right) = (self[value].operands[0], self[value].operands[1])
    }
    let factors = [reshaped(left, to: [1, terms]), reshaped(right, to: [terms, columns])]
    return reshaped(define(.product(Product(.nn)), factors, [1, columns]), to: target)
  }

  private mutating func reshaped(_ value: ValueID, to shape: Shape) -> ValueID {
    if self[value].shape == shape { return value }
    if case .reshape = self[value].primitive { return reshaped(self[value].operands[0], to: shape) }
    return define(.reshape(Reshape(to: shape)), [value], shape)
  }

  /// One sum for each group of neighbouring axes, the last group first.
  fileprivate mutating func sum(_ value: ValueID, to target: Shape) -> ValueID {
    let groups = self[value].shape.summedGroups(to: target)
    if let product = sumAsProduct(value, target, groups) { return product }
    if let images = imageSums(of: value, target) {
      return sumOfSquares(value, images, target) ?? sum(sum(value, to: images), to: target)
    }
    guard groups.count > 1 else { return define(.sum(Sum(to: target)), [value], target) }
    var (partial, shape) = (value, self[value].shape)
    for group in groups.reversed() {
      for axis in group { shape.sizes[axis] = 1 }
      partial = define(.sum(Sum(to: shape)), [partial], shape)
    }
    return define(.reshape(Reshape(to: target)), [partial], target)
  }
}

// MARK: - Sums over images

extension ProgramBuilder {
  /// Many images are added up one by one, and then their sums: so each is read when it was just computed.
  ///
  /// The shape of a sum for each image, where all pixels of all images are added up.
  private func imageSums(of value: ValueID, _ target: Shape) -> Shape? {
    let shape = self[value].shape
    guard shape.rank == 4, shape[0] > 1, shape[1] * shape[2] > 1,
      shape.count >= PointwiseLimits.largeSum, target.count == shape[3],
      target.keepsNoImages(of: shape)
    else { return nil }
    return [shape[0], 1, 1, shape[3]]
  }

  /// The squares of what is less its mean: for each image around its own mean, which is known as soon as
  /// the image is, and the squares of what these means are less the common one.
  private mutating func sumOfSquares(
    _ value: ValueID, _ images: Shape, _ target: Shape
  ) -> ValueID? {
    guard let (x, mean) = centredSquare(value), let (total, factor) = factored(mean) else {
      return nil
    }
    let shape = self[x].shape
    let sums = sum(x, to: images)
    guard self[mean].shape.count == target.count, total == sum(sums, to: self[total].shape),
      factor == Float(target.count) / Float(shape.count)
    else { return nil }
    let pixels = Float(shape.count / images.count)
    let means = scaled(sums, by: 1 / pixels, images)
    let own = squares(of: x, around: means)
    let between = squares(of: means, around: mean)
    let squares = self.sum(sum(own, to: images), scaled(between, by: pixels, images), images)
    return sum(squares, to: target)
  }

  /// `x` and its mean, where a value is the square of `x` less its mean.
  private func centredSquare(_ value: ValueID) -> (x: ValueID, mean: ValueID)? {
    guard case .pointwise(.multiply) = self[value].primitive,
      let centred = self[value].operands.first, self[value].operands == [centred, centred],
      case .pointwise(.subtract) = self[centred].primitive,
      case .broadcast = self[self[centred].operands[1]].primitive
    else { return nil }
    return (self[centred].operands[0], self[self[centred].operands[1]].operands[0])
  }

  private mutating func squares(of x: ValueID, around mean: ValueID) -> ValueID {
    let shape = self[x].shape
    let centred = difference(x, simplestBroadcast(mean, shape), shape)
    return product(centred, centred, shape)
  }
}

extension Shape {
  /// Whether a sum of images to this shape adds up all of them.
  fileprivate func keepsNoImages(of images: Shape) -> Bool {
    strides(broadcastTo: images)[0] == 0 && keepsNoPixels(of: images)
  }
}

extension Shape {
  /// The runs of neighbouring axes that a sum to `target` adds up. Axes of size one join any run.
  public func summedGroups(to target: Shape) -> [[Int]] {
    let strides = target.strides(broadcastTo: self)
    var groups: [[Int]] = []
    var isOpen = false
    for axis in sizes.indices where self[axis] != 1 {
      if strides[axis] != 0 {
        isOpen = false
      } else if isOpen {
        groups[groups.count - 1].append(axis)
      } else {
        groups.append([axis])
        isOpen = true
      }
    }
    return groups
  }
}
