import Coordination
import Testing
import Training

@testable import Cluster

/// Real sockets, real services, and a network between them that is not what it should be.
@Suite struct NetworkTests {
  enum Trouble: String, CaseIterable {
    case loss, duplication, reordering, damage, everything

    func fate(_ dice: inout Dice) -> Meddler.Fate {
      switch self {
      case .loss: dice.happens(0.05) ? .isLost : .passes
      case .duplication: dice.happens(0.3) ? .comesTwice : .passes
      case .reordering: dice.happens(0.2) ? .comesLate(.milliseconds(20)) : .passes
      case .damage: dice.happens(0.05) ? .isDamaged : .passes
      case .everything:
        Self.allCases[Int.random(in: 0..<4, using: &dice)].fate(&dice)
      }
    }
  }

  @Test(arguments: Trouble.allCases)
  func aBadNetworkChangesNoBit(trouble: Trouble) throws {
    let run = try ServedRun(try smallPlan(steps: 60), patience: .milliseconds(600))
    let network = try Meddler(before: run.address, seed: 7) { _, dice in trouble.fate(&dice) }
    for draws in [true, false, true] { run.addWorker(at: network.address, draws: draws) }
    try run.expectRightEnd()
    network.stop()
  }

  enum Cut: CaseIterable { case up, down, both }

  /// Longer than either side is patient: both give up, and meet again when the network is whole.
  @Test(arguments: Cut.allCases)
  func aPartitionIsSurvived(cut: Cut) throws {
    let run = try ServedRun(try smallPlan(steps: 400), patience: .milliseconds(300))
    let network = try Meddler(before: run.address, seed: 7) { _, _ in .passes }
    for _ in 0..<2 { run.addWorker(at: network.address) }
    _ = try run.await("two workers") { $0.step > 5 && $0.workers == 2 ? $0 : nil }
    network.change { way, _ in
      switch (cut, way) {
      case (.both, _), (.up, .up), (.down, .down): .isLost
      case (.up, .down), (.down, .up): .passes
      }
    }
    let before = run.now.counters
    _ = try run.await("the loss of both workers") { view in
      view.counters.lost >= before.lost + 2 || view.counters.joined >= before.joined + 2
        || view.counters.strangers > before.strangers ? view : nil
    }
    network.change { _, _ in .passes }
    let after = run.now.step
    _ = try run.await("progress") { $0.step > after + 5 || $0.outcome != nil ? $0 : nil }
    try run.expectRightEnd()
    network.stop()
  }
}
