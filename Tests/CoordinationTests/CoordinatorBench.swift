@testable import Coordination

/// A coordinator, a time, and everything it has asked for.
struct CoordinatorBench {
  static let epoch: UInt32 = 7

  var coordinator: Coordinator
  var now = Moment(.zero)
  var actions: [Coordinator.Action] = []

  init(batch: Int = 4, steps: Int = 3, mostTasks: Int = .max, loneliness: Duration? = nil) {
    let rules = Coordinator.Rules(
      rounds: Rounds(steps: steps, batch: batch), patience: .seconds(1), hurry: .milliseconds(100),
      mostTasks: mostTasks, loneliness: loneliness)
    coordinator = Coordinator(rules: rules, epoch: Self.epoch, round: 0, at: now)
  }

  @discardableResult
  mutating func handle(_ event: Coordinator.Event) -> [Coordinator.Action] {
    let new = coordinator.handle(event, at: now)
    actions += new
    return new
  }

  @discardableResult
  mutating func hear(
    _ message: Coordinator.Message, from worker: WorkerID, epoch: UInt32 = Self.epoch
  ) -> [Coordinator.Action] {
    handle(.message(message, from: worker, epoch: epoch))
  }

  @discardableResult
  mutating func tick(at milliseconds: Int) -> [Coordinator.Action] {
    now = Moment(.milliseconds(milliseconds))
    return handle(.tick)
  }

  /// Everything lent to a worker so far, in order.
  func leases(of worker: WorkerID) -> [Lease] {
    actions.compactMap { if case .lease(let lease, _, worker) = $0 { lease } else { nil } }
  }

  @discardableResult
  mutating func answer(
    _ lease: Lease, from worker: WorkerID, taking task: Duration? = nil
  ) -> [Coordinator.Action] {
    let sum = TaskSum(range: lease.range, values: [Float(lease.range.count)])
    let elapsed = task.map { $0 * lease.range.count } ?? .milliseconds(1)
    return hear(.computed(leases: [lease.id], sum: sum, elapsed: elapsed), from: worker)
  }
}

extension [Coordinator.Action] {
  var leases: [String] {
    compactMap { action in
      if case .lease(let lease, _, let worker) = action { "\(worker.raw): \(lease)" } else { nil }
    }
  }

  var appliedRound: Int? {
    for case .apply(let step, _) in self { return step }
    return nil
  }
}
