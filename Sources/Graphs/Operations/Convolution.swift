public import NDArrays

/// The correlation of images with a filter, and its two transposes.
///
/// All three come from one form that is linear in images `x`, filter `f` and outputs `y`: the sum of
/// `x[pixel, i] f[tap, i, o] y[window, o]` over every tap of every window that lies on the image.
/// Each role is the form's derivative with respect to one of the three, so the family is closed under
/// differentiation.
///
/// - Shapes: images are `[n, height, width, inputs]`, a filter is `[height, width, inputs, outputs]`,
///   outputs are `[n, windows down, windows across, outputs]`. `forward` takes `(x, f)`, `byInput`
///   takes `(y, f)`, `byFilter` takes `(x, y)`.
/// - Derivative: two convolutions of the same family.
/// - Cost: two flops for each term. The order of the terms is `forward`: taps row by row, then input
///   channels; `byInput`: taps row by row, then output channels; `byFilter`: images, then windows row
///   by row.
public struct Convolution: DifferentiableOperation {
  public enum Role: String, Hashable, Sendable, CaseIterable {
    /// The outputs of images and a filter.
    case forward
    /// What outputs say about the images, given the filter.
    case byInput
    /// What outputs say about the filter, given the images.
    case byFilter
  }

  /// The sizes that are not in ``windows``.
  public struct Channels: Hashable, Sendable {
    public var images: Int
    public var inputs: Int
    public var outputs: Int
  }

  public var role: Role
  public var windows: Windows

  public init(_ role: Role, _ windows: Windows) { (self.role, self.windows) = (role, windows) }

  public var name: String { "convolution.\(role.rawValue) \(windows)" }

  /// The number of images and channels for operands of these shapes.
  public func channels(_ x: [Shape]) -> Channels? {
    guard windows.areSound, x.count == 2, x.allSatisfy({ $0.rank == 4 }) else { return nil }
    let channels =
      switch role {
      case .forward: Channels(images: x[0][0], inputs: x[0][3], outputs: x[1][3])
      case .byInput: Channels(images: x[0][0], inputs: x[1][2], outputs: x[0][3])
      case .byFilter: Channels(images: x[0][0], inputs: x[0][3], outputs: x[1][3])
      }
    return x == operands(channels) ? channels : nil
  }

  public func shape(of x: [Shape]) throws(ShapeError) -> Shape {
    guard let channels = channels(x) else { throw ShapeError(self, x) }
    return switch role {
    case .forward: outputs(channels)
    case .byInput: images(channels)
    case .byFilter: filter(channels)
    }
  }

  public func pullback(_ d: Tensor, _ x: [Tensor], _ result: Tensor) -> [Tensor?] {
    switch role {
    case .forward: [recorded(.byInput, d, x[1]), recorded(.byFilter, x[0], d)]
    case .byInput: [recorded(.forward, d, x[1]), recorded(.byFilter, d, x[0])]
    case .byFilter: [recorded(.byInput, x[1], d), recorded(.forward, x[0], d)]
    }
  }

  public func reference(_ x: [Reference.Value], _ result: Shape) -> [Double] {
    guard let channels = channels(x.map(\.shape)) else { return [] }
    let (a, b) = (x[0].elements, x[1].elements)
    var total = [Double](repeating: 0, count: result.count)
    forEachTerm(channels) { x, f, y in
      switch role {
      case .forward: total[y] += a[x] * b[f]
      case .byInput: total[x] += a[y] * b[f]
      case .byFilter: total[f] += a[x] * b[y]
      }
    }
    return total
  }

  /// Calls `body` with where the three factors of each term stand.
  private func forEachTerm(_ channels: Channels, _ body: (_ x: Int, _ f: Int, _ y: Int) -> Void) {
    for image in 0..<channels.images {
      let (firstPixel, firstWindow) = (image * windows.image.count, image * windows.count.count)
      windows.forEachTap { window, tap, pixel in
        for input in 0..<channels.inputs {
          for output in 0..<channels.outputs {
            body(
              (firstPixel + pixel) * channels.inputs + input,
              (tap * channels.inputs + input) * channels.outputs + output,
              (firstWindow + window) * channels.outputs + output)
          }
        }
      }
    }
  }

  private func recorded(_ role: Role, _ a: Tensor, _ b: Tensor) -> Tensor {
    a.trace.record(.convolution(Convolution(role, windows)), [a, b])
  }

  private func operands(_ channels: Channels) -> [Shape] {
    switch role {
    case .forward: [images(channels), filter(channels)]
    case .byInput: [outputs(channels), filter(channels)]
    case .byFilter: [images(channels), outputs(channels)]
    }
  }

  private func images(_ channels: Channels) -> Shape {
    [channels.images, windows.image.height, windows.image.width, channels.inputs]
  }

  private func filter(_ channels: Channels) -> Shape {
    [windows.size.height, windows.size.width, channels.inputs, channels.outputs]
  }

  private func outputs(_ channels: Channels) -> Shape {
    [channels.images, windows.count.height, windows.count.width, channels.outputs]
  }
}

extension Tensor {
  /// The correlation of each image with a filter.
  ///
  /// - Shapes: `[n, height, width, inputs]` with a filter `[height, width, inputs, outputs]`.
  public func convolved(
    with filter: Tensor, stride: Extent = Extent(1, 1), padding: Padding = .same
  ) -> Tensor {
    let windows = Windows(
      of: Extent(filter.shape[0], filter.shape[1]), over: imageExtent, stride: stride,
      padding: padding)
    return trace.record(.convolution(Convolution(.forward, windows)), [self, filter])
  }

  /// The height and width of images `[n, height, width, channels]`.
  var imageExtent: Extent {
    precondition(shape.rank == 4, "images are [n, height, width, channels], unlike \(shape)")
    return Extent(shape[1], shape[2])
  }
}
