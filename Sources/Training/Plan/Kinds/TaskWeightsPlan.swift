public import Execution

public struct TaskWeightsPlan: OuterPlan {
  public static let name = "task-weights"

  public var weights: TaskWeights.Settings

  public init(_ reader: inout PlanReader) throws(PlanError) {
    weights = TaskWeights.Settings(
      initial: try reader.optional("initial", .number(above: 0)),
      rate: try reader.value("rate", .number(from: 0), default: 0.25),
      perturbation: try reader.value("perturbation", .number(above: 0), default: 15),
      normalizeEvery: try reader.value("normalize-every", .whole(0...1 << 24), default: 100))
  }

  public var settings: [(key: String, value: PlanValue)] {
    (weights.initial.map { [("initial", .number($0))] } ?? []) + [
      ("rate", .number(weights.rate)), ("perturbation", .number(weights.perturbation)),
      ("normalize-every", .whole(weights.normalizeEvery)),
    ]
  }

  public func method(batch: Int, kernels: Kernels) -> any OuterMethod {
    TaskWeights(weights, batch: batch, kernels: kernels)
  }
}
