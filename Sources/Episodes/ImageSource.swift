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
    [UInt8](unsafeUninitializedCapacity: byteCount) { turned, count in
      pixels.withUnsafeBufferPointer { write($0, turnedBy: quarterTurns, to: turned) }
      count = byteCount
    }
  }

  /// Writes an image after some quarter turns anticlockwise.
  ///
  /// A turned image is the same bytes from another corner on, with other steps to the next column and
  /// the next row.
  func write(
    _ pixels: UnsafeBufferPointer<UInt8>, turnedBy quarterTurns: Int,
    to turned: UnsafeMutableBufferPointer<UInt8>
  ) {
    precondition(
      pixels.count == byteCount && turned.count == byteCount,
      "\(pixels.count) bytes do not fill \(self)")
    if quarterTurns == 0 { return _ = turned.update(fromContentsOf: pixels) }
    precondition(isSquare, "a quarter turn of \(self) has another shape")
    let (column, row, last) = (channels, channels * width, width - 1)
    let (corner, nextRow, nextColumn) =
      switch quarterTurns {
      case 1: (last * column, -column, row)
      case 2: (last * (row + column), -row, -column)
      default: (last * row, column, -row)
      }
    var place = 0
    func copy(_ source: Int) {
      turned[place] = pixels[source]
      place += 1
    }
    for down in 0..<width {
      let start = corner + down * nextRow
      for right in 0..<width {
        let source = start + right * nextColumn
        if channels == 1 { copy(source) } else { for each in 0..<channels { copy(source + each) } }
      }
    }
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

  /// Lends them, which saves a copy where they are in memory already.
  func withPixels(
    ofClass index: Int, image: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void)
}

extension ImageSource {
  public func withPixels(
    ofClass index: Int, image: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    pixels(ofClass: index, image: image).withUnsafeBufferPointer(body)
  }
}
