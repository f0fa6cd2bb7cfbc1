public import NDArrays

/// The sum of each window, and its transpose.
///
/// - Shapes: `sum` takes images `[n, height, width, channels]` and gives
///   `[n, windows down, windows across, channels]`; `spread` takes the latter and gives images.
/// - Terms are added one after the other: `sum` takes a window's pixels row by row, `spread` the windows
///   over a pixel in order.
public struct SumPooling: DifferentiableOperation {
  public enum Role: String, Hashable, Sendable, CaseIterable {
    case sum
    /// Adds each window's number to every pixel of the window.
    case spread
  }

  public var role: Role
  public var windows: Windows

  public init(_ role: Role, _ windows: Windows) { (self.role, self.windows) = (role, windows) }

  public var name: String { "pooling.\(role.rawValue) \(windows)" }

  public func shape(of x: [Shape]) throws(ShapeError) -> Shape {
    guard x.count == 1, x[0].rank == 4 else { throw ShapeError(self, x) }
    let images: Shape = [x[0][0], windows.image.height, windows.image.width, x[0][3]]
    guard let pooled = windows.pooled(images) else { throw ShapeError(self, x) }
    guard x[0] == (role == .sum ? images : pooled) else { throw ShapeError(self, x) }
    return role == .sum ? pooled : images
  }

  public func pullback(_ d: Tensor, _ x: [Tensor], _ result: Tensor) -> [Tensor?] {
    let transpose = SumPooling(role == .sum ? .spread : .sum, windows)
    return [d.trace.record(.sumPooling(transpose), [d])]
  }

  public func reference(_ x: [Reference.Value], _ result: Shape) -> [Double] {
    var total = [Double](repeating: 0, count: result.count)
    windows.forEachElement(images: result[0], channels: result[3]) { window, element in
      switch role {
      case .sum: total[window] += x[0].elements[element]
      case .spread: total[element] += x[0].elements[window]
      }
    }
    return total
  }
}

extension Tensor {
  /// The mean of each window, channel by channel. Pixels that fill no window are left out.
  ///
  /// - Shapes: images `[n, height, width, channels]`.
  public func averagePooled(by size: Extent, stride: Extent) -> Tensor {
    let windows = Windows(of: size, over: imageExtent, stride: stride)
    let sum = trace.record(.sumPooling(SumPooling(.sum, windows)), [self])
    return (1 / Float(size.count)) * sum
  }
}
