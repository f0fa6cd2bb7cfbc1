/// What is wrong with a run plan, and where.
public struct PlanError: Error, Hashable, CustomStringConvertible {
  /// The file, the built-in plan or the override, as its writer would name it.
  public let source: String
  /// Counted from one; none for an override, or where the fault has no line.
  public let line: Int?
  public let message: String

  public init(source: String, line: Int?, message: String) {
    (self.source, self.line, self.message) = (source, line, message)
  }

  /// As compilers write it: `plan.yaml:7: message`.
  public var description: String {
    line.map { "\(source):\($0): \(message)" } ?? "\(source): \(message)"
  }
}
