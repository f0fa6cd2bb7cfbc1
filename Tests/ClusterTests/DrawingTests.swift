import Coordination
import Episodes
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

  /// They find out when they are told the run, and say so on a network that repeats and reorders it.
  @Test func whoCannotDrawIsSentTheDataOnABadNetwork() throws {
    let run = try ServedRun(try imagePlan(), patience: .milliseconds(600))
    let network = try Meddler(before: run.address, seed: 3) { _, dice in
      NetworkTests.Trouble.everything.fate(&dice)
    }
    for _ in 0..<3 { run.addWorker(at: network.address, draws: true) }
    try run.expectRightEnd()
    network.stop()
  }

  private func imagePlan() throws -> RunPlan {
    try RunPlan(
      yaml: """
        steps: 40
        batch: 7
        tasks: {family: images, data: gone.images, ways: 2, shots: 1, query: 1}
        network: {kind: mlp, hidden: [6]}
        learner: {method: maml, inner-rate: 0.05}
        optimizer: {method: adam, rate: 0.01}
        evaluation: {tasks: 4, inner-steps: 2}
        """, source: "images"
    ).drawing(from: Shades())
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

/// Four classes a split of three images each, all pixels of an image alike.
private struct Shades: ImageSource {
  let shape = ImageShape(height: 2, width: 2, channels: 1)
  let digest = "00000000000054ad"

  func classes(of split: Split) -> Range<Int> {
    switch split {
    case .train: 0..<4
    case .validation: 4..<8
    case .test: 8..<12
    }
  }

  func imageCount(ofClass index: Int) -> Int { 3 }

  func pixels(ofClass index: Int, image: Int) -> [UInt8] {
    Array(repeating: UInt8(20 * index + image), count: shape.byteCount)
  }
}
