import Graphs
import NDArrays

/// Images as other images times something plus something, both the same for all pixels of a channel.
///
/// A normalisation takes away a mean, multiplies with a factor and adds a shift, backwards and to second
/// order several times in a row. What is the same for all pixels is worked out before, so that the images
/// pass through one multiply-add.
struct ChannelForms {
  /// `images scale + shift`; what is missing is one and zero.
  struct Form {
    var images: ValueID
    var scale: ValueID?
    var shift: ValueID?
  }

  /// Of values that have one. Looked up, never iterated.
  private var forms: [ValueID: Form] = [:]

  /// How many pixels images have where it is worth while. Not how many images there are, which may not
  /// change what comes of one.
  private static let pixels = 4

  /// The value of a function of these operands.
  mutating func define(
    _ function: Pointwise, _ x: [ValueID], _ shape: Shape, in builder: inout ProgramBuilder
  ) -> ValueID {
    if let sum = shiftedSum(function, x, shape, &builder) { return sum }
    guard let form = form(function, x, shape, &builder) else {
      return builder.define(.pointwise(function), x, shape)
    }
    var value = form.images
    if let scale = form.scale, let shift = form.shift {
      let factor = builder.simplestBroadcast(scale, shape)
      value = builder.define(.pointwise(.multiply), [value, factor], shape)
      let term = builder.simplestBroadcast(shift, shape)
      value = builder.define(.pointwise(.add), [value, term], shape)
    } else {
      value = builder.define(.pointwise(function), x, shape)
    }
    forms[value] = form
    return value
  }

  private func form(
    _ function: Pointwise, _ x: [ValueID], _ shape: Shape, _ builder: inout ProgramBuilder
  ) -> Form? {
    switch function {
    case .add:
      for (images, other) in [(x[0], x[1]), (x[1], x[0])] {
        guard let row = row(other, shape, builder), let form = form(images, builder) else {
          continue
        }
        return shifted(form, by: row, &builder)
      }
      return nil
    case .subtract:
      guard let row = row(x[1], shape, builder), let form = form(x[0], builder) else { return nil }
      return shifted(form, by: builder.scaled(row, by: -1, builder[row].shape), &builder)
    case .multiply:
      for (images, other) in [(x[0], x[1]), (x[1], x[0])] {
        if let factor = builder.constant(other), let form = forms[images] {
          return scaled(form, by: factor, &builder)
        }
        guard let row = row(other, shape, builder), let form = form(images, builder) else {
          continue
        }
        return scaled(form, by: row, &builder)
      }
      return nil
    case .divide, .maximum, .minimum, .gate, .multiplyAdd, .negate, .exp, .log, .tanh, .sin, .cos,
      .squareRoot, .relu:
      return nil
    }
  }

  /// The sum of something, of images in a form, and of a row: the form takes in the row.
  private mutating func shiftedSum(
    _ function: Pointwise, _ x: [ValueID], _ shape: Shape, _ builder: inout ProgramBuilder
  ) -> ValueID? {
    guard function == .add else { return nil }
    for (sum, other) in [(x[0], x[1]), (x[1], x[0])] {
      guard row(other, shape, builder) != nil, case .pointwise(.add) = builder[sum].primitive else {
        continue
      }
      let terms = builder[sum].operands
      for (rest, images) in [(terms[0], terms[1]), (terms[1], terms[0])]
      where forms[images]?.scale != nil {
        let shifted = define(.add, [images, other], shape, in: &builder)
        return builder.define(.pointwise(.add), [rest, shifted], shape)
      }
    }
    return nil
  }

  /// What is repeated for all pixels.
  private func row(_ id: ValueID, _ shape: Shape, _ builder: ProgramBuilder) -> ValueID? {
    guard shape.rank == 4, shape[1] * shape[2] >= Self.pixels,
      case .broadcast = builder[id].primitive
    else { return nil }
    let source = builder[id].operands[0]
    return builder[source].shape.keepsNoPixels(of: shape) ? source : nil
  }

  /// Not of a convolution, which adds a row itself.
  private func form(_ images: ValueID, _ builder: ProgramBuilder) -> Form? {
    switch builder[images].primitive {
    case .fusedConvolution, .product, .broadcast, .fill: nil
    default: forms[images] ?? Form(images: images)
    }
  }

  private func shifted(
    _ form: Form, by row: ValueID, _ builder: inout ProgramBuilder
  ) -> Form {
    var form = form
    form.shift = form.shift.map { builder.joined(.add, $0, row) } ?? row
    return form
  }

  private func scaled(_ form: Form, by row: ValueID, _ builder: inout ProgramBuilder) -> Form {
    var form = form
    form.scale = form.scale.map { builder.joined(.multiply, $0, row) } ?? row
    form.shift = form.shift.map { builder.joined(.multiply, $0, row) }
    return form
  }

  private func scaled(_ form: Form, by factor: Float, _ builder: inout ProgramBuilder) -> Form? {
    guard let scale = form.scale else { return nil }
    var form = form
    form.scale = builder.scaled(scale, by: factor, builder[scale].shape)
    form.shift = form.shift.map { builder.scaled($0, by: factor, builder[$0].shape) }
    return form
  }
}

extension ProgramBuilder {
  /// A function of two values that broadcast to each other.
  fileprivate mutating func joined(_ function: Pointwise, _ a: ValueID, _ b: ValueID) -> ValueID {
    guard let shape = self[a].shape.broadcast(with: self[b].shape) else {
      preconditionFailure("rows of the same images broadcast to each other")
    }
    return simplest(function, [simplestBroadcast(a, shape), simplestBroadcast(b, shape)], shape)
  }
}
