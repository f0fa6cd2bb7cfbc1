/// What becomes of the ink of images that come by themselves, so that they look like the run's own.
public enum Ink: String, Hashable, Sendable {
  case asIs = "as-is"
  /// What is light becomes dark.
  case inverted
}
