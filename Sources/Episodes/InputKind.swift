/// What values the inputs of a distribution's tasks may have.
public enum InputKind: Hashable, Sendable {
  /// Any.
  case real
  /// Those of images: each is `Float(pixel:)` of a byte, and a byte is enough to send it.
  case pixels
}
