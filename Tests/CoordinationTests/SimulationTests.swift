import Coordination
import Simulation
import Testing

@Test(arguments: [1, 2, 5])
func aHealthyClusterTrainsAsOnePassWould(workers: Int) {
  let outcome = SimulatedCluster.run(
    seed: 1, workers: workers, batch: 9, steps: 20, faults: .none)
  #expect(outcome.isRight)
  #expect(outcome.counters.repeated == 0)
  #expect(outcome.counters.dropped == 0)
}

/// Whatever the network does and whoever dies, training ends, and ends in the same bits.
@Test(arguments: 0..<20)
func everyScheduleTrainsTheSameParameters(tens: Int) {
  for seed in UInt64(tens) * 10..<UInt64(tens) * 10 + 10 {
    let outcome = SimulatedCluster.run(
      seed: seed, workers: 1 + Int(seed % 8), batch: 7, steps: 6, faults: .severe)
    #expect(outcome.isRight, "seed \(seed) stopped after \(outcome.story.suffix(9))")
  }
}

/// Whatever the trouble that a seed stands for: liars are struck off, bad tasks are named, disks fail.
@Test(arguments: 0..<20)
func everyScenarioEndsAsItHasTo(tens: Int) {
  for seed in UInt64(tens) * 9..<UInt64(tens) * 9 + 9 {
    let scenario = Scenario(seed: seed, batch: 7, steps: 5)
    let outcome = SimulatedCluster.run(scenario)
    #expect(
      outcome.isRight,
      "outerloop simulate --seed \(seed) --batch 7 --steps 5: \(outcome.story.suffix(9))")
    if scenario.faults.liars > 0 { #expect(outcome.counters.struckOff > 0, "seed \(seed)") }
  }
}

@Test func aSeedReplaysItsRun() {
  let runs = (0..<2).map { _ in
    SimulatedCluster.run(seed: 5, workers: 4, batch: 7, steps: 6, faults: .severe)
  }
  #expect(runs[0] == runs[1])
}

/// The faults are there: with none of them asked for, the claims above would be about nothing.
@Test func severeFaultsDoHappen() {
  let outcomes = (100..<120).map {
    SimulatedCluster.run(
      seed: UInt64($0), workers: 4, batch: 7, steps: 12, faults: .severe)
  }
  #expect(outcomes.reduce(0) { $0 + $1.crashes } > 20)
  #expect(outcomes.reduce(0) { $0 + $1.coordinatorCrashes } > 5)
  #expect(outcomes.reduce(0) { $0 + $1.counters.dropped } > 100)
  #expect(outcomes.reduce(0) { $0 + $1.counters.repeated } > 100)
  #expect(outcomes.reduce(0) { $0 + $1.counters.strangers } > 20)
  #expect(outcomes.reduce(0) { $0 + $1.failedSaves } > 20)
  #expect(outcomes.reduce(0) { $0 + $1.tornSaves } > 5)
}

@Test func relaysDoJoinWhatTheyAreGiven() {
  let outcomes = (0..<400).map { Scenario(seed: $0, batch: 7, steps: 5) }
    .filter { $0.weather == .relays }.map { SimulatedCluster.run($0) }
  let (sums, answers) = outcomes.reduce((0, 0)) {
    ($0.0 + $1.relayedSums, $0.1 + $1.relayedAnswers)
  }
  #expect(outcomes.count == 50 && outcomes.allSatisfy(\.isRight))
  #expect(sums > 500 && answers < sums, "\(sums) sums became \(answers) answers")
}

/// What is remembered of lost messages is forgotten again, however many there are.
@Test func whatIsKeptDoesNotGrowWithTheLengthOfARun() {
  var faults = Faults.none
  faults.loss = 0.01
  let runs = [500, 2500].map { steps in
    SimulatedCluster.run(seed: 3, workers: 4, batch: 11, steps: steps, faults: faults)
  }
  #expect(runs.allSatisfy { $0.isRight })
  #expect(runs[1].counters.repeated > 500)
  #expect(runs[1].mostKept < 2 * runs[0].mostKept, "in five times as many steps")
}
