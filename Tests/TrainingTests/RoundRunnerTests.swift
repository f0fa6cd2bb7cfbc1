import Coordination
import Testing
import Training

@Suite struct RoundRunnerTests {
  /// A validation every second of four steps; the last round is the evaluation.
  private func run() throws -> Run {
    let validation = "validation={every: 2, tasks: 5, shots: 4, query: 3, inner-steps: 2}"
    return Run(try smallPlan(["steps=4", validation]))
  }

  private func sum(_ runner: RoundRunner, _ round: Int, _ run: Run) -> TaskSum {
    let given = run.given(of: run.initialState(), in: round)
    let all = run.tasks(in: round)
    return runner.compute(
      all, of: round, run.episodes(round, all, given: given), at: given)
  }

  @Test func roomIsMadeWhereTheRoundBeforeHadAnotherProgram() throws {
    let run = try run()
    let runner = RoundRunner(run)
    let made = (0..<run.rounds.count).map { round in
      defer { _ = sum(runner, round, run) }
      return runner.makeRoom(for: round)
    }
    #expect(made == [true, false, true, true, false, true, true])
  }

  @Test func whetherRoomWasMadeIsNoMatterToTheBits() throws {
    let run = try run()
    let (with, without) = (RoundRunner(run), RoundRunner(run))
    for round in 0..<run.rounds.count {
      _ = with.makeRoom(for: round)
      #expect(bits(sum(with, round, run).values) == bits(sum(without, round, run).values))
    }
  }
}
