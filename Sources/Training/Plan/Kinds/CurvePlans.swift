public import Episodes

/// Settings that all families of curves share.
public struct CurveSettings: Hashable, Sendable {
  public var sets: SetSizes
  public var told: Told

  init(_ reader: inout PlanReader) throws(PlanError) {
    sets = try SetSizes(&reader)
    told = try reader.value("told", .choice, default: .nothing)
  }

  var written: [(key: String, value: PlanValue)] {
    sets.settings + [("told", .word(told.rawValue))]
  }
}

/// A family of curves: its evaluation may have other set sizes.
public protocol CurvePlan: TasksPlan {
  var curves: CurveSettings { get set }
}

extension CurvePlan {
  public mutating func readEvaluation(
    _ reader: inout PlanReader, _ purpose: EvaluationPlan.Purpose
  ) throws(PlanError) {
    try curves.sets.readEvaluation(&reader)
  }

  public var evaluationSettings: [(key: String, value: PlanValue)] { curves.sets.settings }
}

public struct SinusoidPlan: CurvePlan {
  public static let name = "sinusoid"
  public var curves: CurveSettings

  public init(_ reader: inout PlanReader) throws(PlanError) {
    curves = try CurveSettings(&reader)
  }

  public var settings: [(key: String, value: PlanValue)] { curves.written }

  public func tasks() -> any TaskDistribution { SinusoidTasks(curves, frequency: .fixed) }
}

public struct VaryingSinusoidPlan: CurvePlan {
  public static let name = "varying-sinusoid"
  public var curves: CurveSettings

  public init(_ reader: inout PlanReader) throws(PlanError) {
    curves = try CurveSettings(&reader)
  }

  public var settings: [(key: String, value: PlanValue)] { curves.written }

  public func tasks() -> any TaskDistribution { SinusoidTasks(curves, frequency: .varying) }
}

public struct PolynomialPlan: CurvePlan {
  public static let name = "polynomial"
  public var order: Int
  public var curves: CurveSettings

  public init(_ reader: inout PlanReader) throws(PlanError) {
    order = try reader.value("order", .whole(0...16))
    curves = try CurveSettings(&reader)
  }

  public var settings: [(key: String, value: PlanValue)] {
    [("order", .whole(order))] + curves.written
  }

  public func tasks() -> any TaskDistribution {
    PolynomialTasks(
      shots: curves.sets.shots, query: curves.sets.query, order: order, told: curves.told)
  }
}

extension SinusoidTasks {
  fileprivate init(_ curves: CurveSettings, frequency: Frequency) {
    self.init(
      shots: curves.sets.shots, query: curves.sets.query, frequency: frequency, told: curves.told)
  }
}
