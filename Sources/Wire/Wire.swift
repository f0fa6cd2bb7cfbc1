/// Messages to bytes and back.
public enum Wire {
  /// The version of the messages; programs of different ones refuse each other.
  public static let version = Seal.version
}
