public import NDArrays

/// The largest value of each window, and moving values to and from where it stands.
///
/// Where the maximum stands depends on the images `x` and changes in jumps, so no derivative flows to
/// the `x` that decides; `route` and `pick` are linear in the other operand and each other's
/// transpose. So derivatives of any order are exact.
///
/// - Shapes: images are `[n, height, width, channels]`, one number for each window is
///   `[n, windows down, windows across, channels]`. `maximum` takes `x`; `route` takes `x` and a number
///   for each window, and gives images; `pick` takes `x` and images, and gives a number for each window.
/// - Ties go to the first of the window, row by row. Windows are not padded.
/// - Where windows overlap, `route` adds in the order of the windows, row by row.
public struct MaximumPooling: DifferentiableOperation {
  public enum Role: String, Hashable, Sendable, CaseIterable {
    case maximum
    /// Puts each window's number where the window's maximum stands, and zero elsewhere.
    case route
    /// Reads other images where each window's maximum stands.
    case pick
  }

  public var role: Role
  public var windows: Windows

  public init(_ role: Role, _ windows: Windows) { (self.role, self.windows) = (role, windows) }

  public var name: String { "pooling.\(role.rawValue) \(windows)" }

  public func shape(of x: [Shape]) throws(ShapeError) -> Shape {
    guard let first = x.first, let pooled = windows.pooled(first) else { throw ShapeError(self, x) }
    let (operands, result): ([Shape], Shape) =
      switch role {
      case .maximum: ([first], pooled)
      case .route: ([first, pooled], first)
      case .pick: ([first, first], pooled)
      }
    guard x == operands else { throw ShapeError(self, x) }
    return result
  }

  public func pullback(_ d: Tensor, _ x: [Tensor], _ result: Tensor) -> [Tensor?] {
    switch role {
    case .maximum: [recorded(.route, x[0], d)]
    case .route: [nil, recorded(.pick, x[0], d)]
    case .pick: [nil, recorded(.route, x[0], d)]
    }
  }

  private func recorded(_ role: Role, _ x: Tensor, _ other: Tensor) -> Tensor {
    x.trace.record(.maximumPooling(MaximumPooling(role, windows)), [x, other])
  }

  public func reference(_ x: [Reference.Value], _ result: Shape) -> [Double] {
    let places = maxima(x[0])
    switch role {
    case .maximum: return places.map { x[0].elements[$0] }
    case .pick: return places.map { x[1].elements[$0] }
    case .route:
      var routed = [Double](repeating: 0, count: result.count)
      for (place, value) in zip(places, x[1].elements) { routed[place] += value }
      return routed
    }
  }

  /// Where the maximum of each window and channel stands.
  private func maxima(_ x: Reference.Value) -> [Int] {
    var places = [Int?](
      repeating: nil, count: x.shape[0] * windows.count.count * x.shape[3])
    windows.forEachElement(images: x.shape[0], channels: x.shape[3]) { window, element in
      if let best = places[window], x.elements[element] <= x.elements[best] { return }
      places[window] = element
    }
    return places.compactMap(\.self)
  }
}

extension Windows {
  /// One number for each window and channel of images of this shape, where they fit.
  func pooled(_ images: Shape) -> Shape? {
    guard areSound, !isPadded, images.rank == 4, Extent(images[1], images[2]) == image else {
      return nil
    }
    return [images[0], count.height, count.width, images[3]]
  }

  /// Calls `body` with each pooled element's index and the index of each element in its window.
  func forEachElement(
    images: Int, channels: Int, _ body: (_ window: Int, _ element: Int) -> Void
  ) {
    for index in 0..<images {
      forEachTap { window, _, pixel in
        for channel in 0..<channels {
          body(
            (index * count.count + window) * channels + channel,
            (index * image.count + pixel) * channels + channel)
        }
      }
    }
  }
}

extension Tensor {
  /// The largest value of each window, channel by channel. Pixels that fill no window are left out.
  ///
  /// - Shapes: images `[n, height, width, channels]`.
  public func maximumPooled(by size: Extent, stride: Extent) -> Tensor {
    let windows = Windows(of: size, over: imageExtent, stride: stride)
    return trace.record(.maximumPooling(MaximumPooling(.maximum, windows)), [self])
  }

  /// The largest value of each row of a matrix. Shapes: `[rows, columns]` gives `[rows, 1]`.
  public var rowMaximum: Tensor {
    rowPooling { trace.record(.maximumPooling(MaximumPooling(.maximum, $0)), [asImages]) }
  }

  /// What `other` has where each row of this matrix has its largest value, the first of several.
  /// Shapes: both `[rows, columns]`, the result `[rows, 1]`.
  public func rowPick(_ other: Tensor) -> Tensor {
    rowPooling {
      trace.record(.maximumPooling(MaximumPooling(.pick, $0)), [asImages, other.asImages])
    }
  }

  private func rowPooling(_ pooled: (Windows) -> Tensor) -> Tensor {
    precondition(shape.rank == 2, "rows are those of a matrix, not of the shape \(shape)")
    let row = Extent(1, shape[1])
    return pooled(Windows(of: row, over: row)).reshaped(to: [shape[0], 1])
  }

  /// Each row of a matrix as an image one pixel high.
  private var asImages: Tensor { reshaped(to: [shape[0], 1, shape[1], 1]) }
}
