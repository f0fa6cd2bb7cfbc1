import Checkpoints
import Coordination
import Testing
import Training
import Wire

@testable import Cluster

@Suite(.serialized) struct AuditTests {
  private static let audit = Audit(share: 1, seed: 1, wait: .seconds(20))

  /// One flipped bit in every sum: nothing that a checksum or a check for finiteness could notice.
  @Test func aLiarIsStruckOffAndLeavesNoTrace() throws {
    let run = try ServedRun(try smallPlan(steps: 40), audit: Self.audit)
    let liar = try PuppetWorker(run, id: WorkerID(31)) { sum, batch in
      [.answer(batch, sum.values.withBitFlipped(in: 2))]
    }
    for _ in 0..<2 { run.addWorker() }
    try liar.takePart()
    #expect(liar.refusal?.reason == .struckOff)
    try run.expectRightEnd()
    #expect(run.now.counters.struckOff == 1)
    #expect(run.log.lines.contains { $0.contains("worker \(liar.peer.id) is struck off") })
  }

  /// Nobody can tell which of two is right, so the run stops at the state before.
  @Test func twoThatDisagreeStopTheRunAndAreNamed() throws {
    let run = try ServedRun(
      try smallPlan(steps: 40), audit: Audit(share: 1, seed: 1, wait: .milliseconds(300)))
    let liar = try PuppetWorker(run, id: WorkerID(31)) { sum, batch in
      [.answer(batch, sum.values.withBitFlipped(in: 2))]
    }
    run.addWorker()
    try liar.takePart()
    let outcome = try run.await("end") { $0.outcome }
    guard case .stopped(.disagreement(let round, _, let workers)) = outcome.phase else {
      Issue.record("it ended as \(outcome.phase)")
      return
    }
    #expect(workers.count == 2 && workers.contains(liar.peer.id))
    #expect(run.log.lines.contains { $0.contains("waiting for another worker to decide") })
    let step = Run(try smallPlan(steps: round)).carriedOut().state
    #expect(outcome.checkpoint == step.checkpoint(of: run.run.plan).encoded())
  }

  /// One that is late with everything: others are lent what it has, and its answers count for nothing.
  @Test func aStragglerHoldsNobodyUp() throws {
    let run = try ServedRun(try smallPlan(steps: 60))
    var kept: [Message] = []
    let straggler = try PuppetWorker(run, id: WorkerID(31)) { sum, batch in
      kept.append(.answer(batch, sum.values))
      return kept.count > 3 ? [kept.removeFirst()] : []
    }
    run.addWorker()
    _ = try run.await("progress") { $0.step > 2 ? $0 : nil }
    try straggler.takePart()
    try run.expectRightEnd()
  }

  @Test func whoIsStruckOffIsLetInNoMore() throws {
    let run = try ServedRun(try smallPlan(steps: 1_000_000), audit: Self.audit)
    for _ in 0..<2 { run.addWorker() }
    for _ in 0..<2 {
      let liar = try PuppetWorker(run, id: WorkerID(31)) { sum, batch in
        [.answer(batch, sum.values.withBitFlipped(in: 2))]
      }
      try liar.takePart()
      #expect(liar.refusal?.reason == .struckOff)
    }
    _ = try run.await("one liar less") { view in
      view.counters.struckOff == 1 && view.workers == 2 ? view : nil
    }
    try run.stop()
  }
}

extension [Float] {
  /// The last bit of one value flipped.
  func withBitFlipped(in place: Int) -> [Float] {
    var values = self
    values[place] = Float(bitPattern: values[place].bitPattern ^ 1)
    return values
  }
}
