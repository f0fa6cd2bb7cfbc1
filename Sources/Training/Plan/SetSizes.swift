/// How many points there are in a support and in a query set.
public struct SetSizes: Hashable, Sendable {
  public var shots: Int
  public var query: Int

  public init(shots: Int, query: Int) { (self.shots, self.query) = (shots, query) }

  private static var size: Reading<Int> { .whole(1...65_536) }

  /// Reads `shots`, and `query`, which is as large unless it is given.
  public init(_ reader: inout PlanReader) throws(PlanError) {
    shots = try reader.value("shots", Self.size)
    query = try reader.value("query", Self.size, default: shots)
  }

  /// What evaluation leaves out is as in training.
  public mutating func readEvaluation(_ reader: inout PlanReader) throws(PlanError) {
    shots = try reader.value("shots", Self.size, default: shots)
    query = try reader.value("query", Self.size, default: query)
  }

  public var settings: [(key: String, value: PlanValue)] {
    [("shots", .whole(shots)), ("query", .whole(query))]
  }
}
