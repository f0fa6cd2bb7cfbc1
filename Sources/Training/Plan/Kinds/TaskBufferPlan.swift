public import Execution

public struct TaskBufferPlan: OuterPlan {
  public static let name = "task-buffer"

  public var capacity: Int
  public var share: Float

  public init(_ reader: inout PlanReader) throws(PlanError) {
    capacity = try reader.value("capacity", .whole(1...1 << 16), default: 256)
    share = try reader.value("share", .number(from: 0).and("at most 1") { $0 <= 1 }, default: 0.25)
  }

  public var settings: [(key: String, value: PlanValue)] {
    [("capacity", .whole(capacity)), ("share", .number(share))]
  }

  public func method(batch: Int, kernels: Kernels) -> any OuterMethod {
    TaskBuffer(capacity: capacity, share: share)
  }
}
