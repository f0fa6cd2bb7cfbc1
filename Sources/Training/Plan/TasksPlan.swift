public import Episodes

/// The tasks of a run.
public struct TasksPlan: Hashable, Sendable {
  public enum Family: Hashable, Sendable {
    case sinusoid
    case varyingSinusoid
    case polynomial(order: Int)
  }

  public let family: Family
  /// Points in a support set.
  public let shots: Int
  /// Points in a query set.
  public let query: Int
  public let told: Told

  /// The family with sets of other sizes, as evaluation may want.
  public func distribution(shots: Int, query: Int) -> any CurveTasks {
    switch family {
    case .sinusoid:
      SinusoidTasks(shots: shots, query: query, frequency: .fixed, told: told)
    case .varyingSinusoid:
      SinusoidTasks(shots: shots, query: query, frequency: .varying, told: told)
    case .polynomial(let order):
      PolynomialTasks(shots: shots, query: query, order: order, told: told)
    }
  }
}

extension TasksPlan {
  private enum Name: String, CaseIterable {
    case sinusoid
    case varyingSinusoid = "varying-sinusoid"
    case polynomial
  }

  static var setSize: Reading<Int> { .whole(1...65_536) }

  init(_ reader: inout PlanReader) throws(PlanError) {
    switch try reader.value("family", Reading<Name>.choice) {
    case .sinusoid: family = .sinusoid
    case .varyingSinusoid: family = .varyingSinusoid
    case .polynomial: family = .polynomial(order: try reader.value("order", .whole(0...16)))
    }
    shots = try reader.value("shots", Self.setSize)
    query = try reader.value("query", Self.setSize, default: shots)
    told = try reader.value("told", .choice, default: .nothing)
  }

  var written: PlanValue {
    .mapping(
      writtenFamily + [
        ("shots", .whole(shots)), ("query", .whole(query)), ("told", .word(told.rawValue)),
      ])
  }

  private var writtenFamily: [(String, PlanValue)] {
    switch family {
    case .sinusoid: [("family", .word(Name.sinusoid.rawValue))]
    case .varyingSinusoid: [("family", .word(Name.varyingSinusoid.rawValue))]
    case .polynomial(let order):
      [("family", .word(Name.polynomial.rawValue)), ("order", .whole(order))]
    }
  }
}
