/// What values the inputs of a distribution's tasks may have.
public enum InputKind: Hashable, Sendable {
  /// Any.
  case real
  /// Those of images: ``value(ofPixel:)`` of some byte each, so that a byte carries each.
  case pixels

  /// From zero for a byte of zero to one for a byte of 255.
  public static func value(ofPixel byte: UInt8) -> Float { Float(byte) / 255 }
}
