import CWire
import NDArrays

extension Message {
  /// A worker's answer to a task batch.
  public struct MetaGradient: Equatable, Sendable {
    public var round: Int
    /// The task batches that this answers, whose tasks are neighbours; from a worker always one.
    public var leases: [UInt64]
    /// All tasks of these.
    public var tasks: Range<Int>
    /// How long the worker computed. Whole microseconds.
    public var time: Duration
    public var outcome: Outcome

    public init(
      round: Int, leases: [UInt64], tasks: Range<Int>, time: Duration, outcome: Outcome
    ) {
      (self.round, self.leases, self.tasks) = (round, leases, tasks)
      (self.time, self.outcome) = (time, outcome)
    }
  }
}

extension Message.MetaGradient {
  public enum Outcome: Equatable, Sendable {
    /// Losses and meta-gradients, added over the tasks, in one row.
    case sum([Float])
    /// Some number of the sum is infinite, or none at all.
    case notFinite
    /// The worker that computed it for a relay died.
    case died

    /// What it means that tasks add up to `values`.
    public init(_ values: [Float]) { self = values.isFinite ? .sum(values) : .notFinite }

    /// What a receiver would refuse must not be sent: make outcomes of doubtful values with `init(_:)`.
    var values: [Float]? {
      switch self {
      case .sum(let values): values
      case .notFinite, .died: nil
      }
    }

    var packed: PackedArray? { values.map { .floats(NDArray($0, shape: [$0.count])) } }
  }

  private static let sumName = "sum"

  func laidOut(with builder: inout Builder) -> UnsafeMutablePointer<Outerloop__MetaGradient> {
    let gradient = builder.new(outerloop__meta_gradient__init)
    gradient.pointee.round = UInt64(round)
    (gradient.pointee.leases, gradient.pointee.n_leases) = builder.list(leases)
    gradient.pointee.died = outcome == .died ? 1 : 0
    gradient.pointee.lower = UInt32(tasks.lowerBound)
    gradient.pointee.upper = UInt32(tasks.upperBound)
    gradient.pointee.microseconds = UInt64(time.whole(.microseconds(1)))
    if let values = outcome.packed {
      gradient.pointee.sum = builder.tensor(named: Self.sumName, values)
    }
    return gradient
  }

  init(_ gradient: Outerloop__MetaGradient, _ reader: Reader) throws(WireError) {
    guard gradient.microseconds <= Int64.max else { throw .outOfRange(field: "microseconds") }
    guard gradient.n_leases > 0 else { throw .missing(field: "leases") }
    self.init(
      round: try reader.round(gradient.round),
      leases: Array(
        try reader.list(
          gradient.leases, gradient.n_leases, "leases", limit: reader.limits.leases)),
      tasks: try reader.tasks(gradient.lower, gradient.upper),
      time: .microseconds(Int64(gradient.microseconds)),
      outcome: try Self.outcome(gradient, reader))
  }

  private static func outcome(
    _ gradient: Outerloop__MetaGradient, _ reader: Reader
  ) throws(WireError) -> Outcome {
    guard let sum = gradient.sum else { return gradient.died != 0 ? .died : .notFinite }
    guard gradient.died == 0 else { throw .unknownValue(field: "died", value: 1) }
    let tensor = try reader.tensor(sum.pointee)
    guard tensor.name == sumName else { throw .missing(field: sumName) }
    guard tensor.values.shape.rank == 1 else {
      throw .shape(tensor: sumName, bytes: 4 * tensor.values.shape.count)
    }
    return .sum(tensor.array.elements)
  }
}
