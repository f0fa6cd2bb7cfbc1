/// A height and a width, in pixels.
public struct Extent: Hashable, Sendable {
  public var height: Int
  public var width: Int

  public init(_ height: Int, _ width: Int) { (self.height, self.width) = (height, width) }

  public init(square side: Int) { self.init(side, side) }

  public var count: Int { height * width }
}

/// How far an image is taken to reach beyond its edges; there is nothing but zeros there.
public enum Padding: Hashable, Sendable {
  /// No further than it does. Pixels that fill no whole window are left out.
  case valid
  /// So far that there is one window for each stride begun. Where the two sides differ, the bottom
  /// and the right have one row or column more, as TensorFlow has it.
  case same
  case explicit(top: Int, left: Int, bottom: Int, right: Int)
}

/// Where windows stand on an image: as many as fit, from the top left corner on, in equal strides.
public struct Windows: Hashable, Sendable {
  public var image: Extent
  public var size: Extent
  public var stride: Extent
  /// Rows above the image and columns left of it.
  public var before: Extent
  /// Rows below the image and columns right of it.
  public var after: Extent

  public init(
    of size: Extent, over image: Extent, stride: Extent = Extent(1, 1), padding: Padding = .valid
  ) {
    (self.image, self.size, self.stride) = (image, size, stride)
    switch padding {
    case .valid: (before, after) = (Extent(0, 0), Extent(0, 0))
    case .same:
      let height = Self.same(image.height, size.height, stride.height)
      let width = Self.same(image.width, size.width, stride.width)
      before = Extent(height.before, width.before)
      after = Extent(height.after, width.after)
    case .explicit(let top, let left, let bottom, let right):
      (before, after) = (Extent(top, left), Extent(bottom, right))
    }
  }

  private static func same(
    _ image: Int, _ size: Int, _ stride: Int
  ) -> (before: Int, after: Int) {
    let windows = (image + stride - 1) / stride
    let padding = max(0, (windows - 1) * stride + size - image)
    return (padding / 2, padding - padding / 2)
  }

  /// How many windows there are, down and across.
  public var count: Extent {
    Extent(
      (before.height + image.height + after.height - size.height) / stride.height + 1,
      (before.width + image.width + after.width - size.width) / stride.width + 1)
  }

  public var isPadded: Bool { before != Extent(0, 0) || after != Extent(0, 0) }

  /// Whether at least one window fits, and nothing is negative.
  public var areSound: Bool {
    let positive = [image, size, stride].flatMap { [$0.height, $0.width] }
    let padding = [before, after].flatMap { [$0.height, $0.width] }
    return positive.allSatisfy { $0 > 0 } && padding.allSatisfy { $0 >= 0 }
      && size.height <= before.height + image.height + after.height
      && size.width <= before.width + image.width + after.width
  }

  /// Calls `body` with the row-major indices of each window, each of its taps, and the pixel of the
  /// image under that tap. Taps that lie in the padding are skipped.
  func forEachTap(_ body: (_ window: Int, _ tap: Int, _ pixel: Int) -> Void) {
    for window in 0..<count.count {
      let top = window / count.width * stride.height - before.height
      let left = window % count.width * stride.width - before.width
      for tap in 0..<size.count {
        let (row, column) = (top + tap / size.width, left + tap % size.width)
        guard 0..<image.height ~= row, 0..<image.width ~= column else { continue }
        body(window, tap, row * image.width + column)
      }
    }
  }
}

/// For the text form of programs: `3x3 over 28x28 stride 2x2 padding 0,0,1,1`.
extension Windows: CustomStringConvertible {
  public var description: String {
    var text = "\(size) over \(image)"
    if stride != Extent(1, 1) { text += " stride \(stride)" }
    if isPadded {
      text += " padding \(before.height),\(before.width),\(after.height),\(after.width)"
    }
    return text
  }
}

extension Extent: CustomStringConvertible {
  public var description: String { "\(height)x\(width)" }
}
