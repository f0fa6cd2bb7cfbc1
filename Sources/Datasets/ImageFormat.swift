import Episodes

/// What is made of each image that is imported.
public struct ImageFormat: Equatable, Sendable {
  public struct Size: Equatable, Sendable {
    public let width: Int
    public let height: Int

    /// - Traps: unless a file of images can hold it; see ``sides``.
    public init(width: Int, height: Int) {
      precondition(
        Self.sides.contains(width) && Self.sides.contains(height), "images of \(width)x\(height)")
      (self.width, self.height) = (width, height)
    }

    /// How long a side may be.
    public static let sides = 1...ImageSetHeader.longestSide
  }

  public enum Colors: Sendable { case grey, rgb }
  public enum Ink: Sendable { case asIs, inverted }

  /// Nil for the size of the first image, which all others must then have.
  public var size: Size?
  public var colors: Colors
  public var ink: Ink

  public init(size: Size?, colors: Colors, ink: Ink) {
    (self.size, self.colors, self.ink) = (size, colors, ink)
  }

  func bitmap(_ image: SourceImage) throws(ImageFault) -> Bitmap {
    var bitmap = try Bitmap(decoding: try image.read())
    if colors == .grey { bitmap = bitmap.grey }
    if let size { bitmap = bitmap.resized(height: size.height, width: size.width) }
    return ink == .inverted ? bitmap.inverted : bitmap
  }
}
