import Coordination
import Testing
import Training
import Wire

@testable import Cluster

/// Who says that it draws its tasks' data is sent none; all others are.
@Suite struct DrawingTests {
  @Test(arguments: ["sent", "drawn-by-worker"], [false, true])
  func theDataGoesWhereItIsNotDrawn(plan: String, draws: Bool) throws {
    let run = try ServedRun(try self.plan(plan))
    let peer = try HostilePeer(run, id: WorkerID(31))
    let batch = try firstBatch(lentTo: peer, draws: draws)
    #expect(batch.episodes.isEmpty == (draws || plan == "drawn-by-worker"))
    try run.stop()
  }

  @Test func whatAWorkerSaidLastCounts() throws {
    let run = try ServedRun(try smallPlan(steps: 100))
    let peer = try HostilePeer(run, id: WorkerID(31))
    for draws in [true, false, true] {
      #expect(try firstBatch(lentTo: peer, draws: draws).episodes.isEmpty == draws)
    }
    try run.stop()
  }

  @Test(arguments: ["sent", "drawn-by-worker"])
  func whoeverDrawsTheBitsAreTheSame(plan: String) throws {
    let run = try ServedRun(try self.plan(plan))
    for draws in [true, false, true] { run.addWorker(draws: draws) }
    try run.expectRightEnd()
  }

  private func plan(_ episodes: String) throws -> RunPlan {
    try RunPlan(
      yaml: smallPlanText(steps: 40), source: "small", overrides: ["episodes=\(episodes)"])
  }

  /// What it is lent first when it introduces itself.
  private func firstBatch(
    lentTo peer: HostilePeer, draws: Bool
  ) throws -> Message.TaskBatch {
    peer.send(.hello(draws: draws))
    let deadline = ContinuousClock.now + patience
    var isTakenIn = false
    while ContinuousClock.now < deadline {
      let message = try peer.receive()
      if case .welcome = message { isTakenIn = true }
      if isTakenIn, case .taskBatch(let batch) = message { return batch }
    }
    Issue.record("the coordinator lends nothing")
    throw CancellationError()
  }
}
