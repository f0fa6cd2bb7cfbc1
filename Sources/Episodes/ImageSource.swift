/// What a class of images is for. No class is in two splits.
public enum Split: String, Hashable, Sendable, CaseIterable {
  case train, validation, test
}

/// The extent of every image of a set. Its bytes are in the order row, column, channel.
public struct ImageShape: Hashable, Sendable, CustomStringConvertible {
  public let height: Int
  public let width: Int
  /// One for grey images, three for red, green and blue.
  public let channels: Int

  public init(height: Int, width: Int, channels: Int) {
    precondition(min(height, width, channels) > 0, "an image has pixels and channels")
    (self.height, self.width, self.channels) = (height, width, channels)
  }

  public var byteCount: Int { height * width * channels }
  public var isSquare: Bool { height == width }
  public var description: String { "\(width)x\(height)x\(channels)" }

  /// A square image after some quarter turns anticlockwise.
  func turned(_ pixels: [UInt8], by quarterTurns: Int) -> [UInt8] {
    if quarterTurns == 0 { return pixels }
    precondition(isSquare, "a quarter turn of \(self) has another shape")
    let last = width - 1
    var turned: [UInt8] = []
    turned.reserveCapacity(byteCount)
    for row in 0..<height {
      for column in 0..<width {
        let (oldRow, oldColumn) =
          switch quarterTurns {
          case 1: (column, last - row)
          case 2: (last - row, last - column)
          default: (last - column, row)
          }
        let start = (oldRow * width + oldColumn) * channels
        turned.append(contentsOf: pixels[start..<start + channels])
      }
    }
    return turned
  }
}

/// Images of one shape, sorted into classes, the classes into splits. It never changes.
public protocol ImageSource: Sendable {
  var shape: ImageShape { get }

  /// A name for all that is in it, of 16 hexadecimal digits: another for any other images, classes or
  /// splits.
  var digest: String { get }

  /// The classes of a split. Those of all splits count from zero on.
  func classes(of split: Split) -> Range<Int>

  func imageCount(ofClass index: Int) -> Int

  /// The bytes of an image.
  ///
  /// - Traps: where there is no such image.
  func pixels(ofClass index: Int, image: Int) -> [UInt8]
}
