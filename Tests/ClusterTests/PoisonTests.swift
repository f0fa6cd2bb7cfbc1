import Coordination
import Testing
import Training

@testable import Cluster

@Suite(.serialized) struct PoisonTests {
  /// Whoever computes task 3 is gone, and others come; after three of them the run stops.
  @Test func aTaskThatTakesDownItsWorkersStopsTheRunAndIsNamed() throws {
    let run = try ServedRun(try smallPlan(steps: 5))
    var lives: UInt64 = 40
    while run.now.outcome == nil, lives < 90 {
      lives += 1
      let worker = try PuppetWorker(run, id: WorkerID(lives)) { sum, batch in
        [.answer(batch, sum.values)]
      }
      worker.fatalTask = 3
      try worker.takePart()
    }
    let outcome = try run.await("end") { $0.outcome }
    guard case .stopped(.poisonedTask(round: 0, task: 3, let workers)) = outcome.phase else {
      Issue.record("it ended as \(outcome.phase) after \(lives - 40) workers")
      return
    }
    #expect(Set(workers).count == 3)
  }
}
