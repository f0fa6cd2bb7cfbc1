extension Duration {
  /// As people want to read it: `0.2 s`.
  public var inTenths: String { "\((self / .seconds(1) * 10).rounded() / 10) s" }
}
