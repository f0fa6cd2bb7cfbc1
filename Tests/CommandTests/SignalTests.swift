import Checkpoints
import Foundation
import Testing

extension CommandTests {
  /// Who ends the command gets a checkpoint, and none of its processes stays.
  @Suite struct SignalTests {
    @Test(arguments: [(SIGINT, 130), (SIGTERM, 0), (SIGHUP, 129)] as [(Int32, Int32)])
    func anInterruptedRunSavesAndEnds(signal: Int32, code: Int32) throws {
      let run = try Run(["steps=1000000", "checkpoint.every=1000000"])
      let command = try run.train(["--workers", "2", "--metrics-every", "1"])
      let workers = try begun(run, command)
      command.send(signal)
      let outcome = try command.outcome()
      #expect(outcome.ending == .exit(code))
      #expect(outcome.errors.contains("go on with: outerloop train --resume \(run.folder)"))
      #expect(try run.checkpoint().step == run.recordedSteps().last)
      #expect(!workers.contains(where: Processes.isAlive))
    }

    /// A terminal sends Ctrl-C to every process of the command.
    @Test func workersLeaveCtrlCToTheirCoordinator() throws {
      let run = try Run(["steps=1000000", "checkpoint.every=1000000"])
      let command = try run.train(["--workers", "2", "--metrics-every", "1"])
      let workers = try begun(run, command)
      workers.forEach { kill($0, SIGINT) }
      try run.passes(try run.recordedSteps().last ?? 0, command)
      #expect(try Processes.children(of: command.id) == workers)
      command.send(SIGINT)
      #expect(try command.outcome().ending == .exit(130))
    }

    @Test func aKilledCoordinatorTakesItsWorkersAlong() throws {
      let run = try Run.endless()
      let command = try run.train(["--workers", "2", "--metrics-every", "1"])
      let workers = try begun(run, command)
      command.send(SIGKILL)
      try eventually("the end of the workers", within: .seconds(5)) {
        !workers.contains(where: Processes.isAlive)
      }
    }

    /// Waits until both workers are at work.
    private func begun(_ run: Run, _ command: Command) throws -> [Int32] {
      try run.passes(20, command)
      let workers = try Processes.children(of: command.id)
      #expect(workers.count == 2)
      return workers
    }
  }
}
