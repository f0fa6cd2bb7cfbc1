import Checkpoints
import Foundation
import Testing

extension CommandTests {
  /// A coordinator and workers that are started one by one, as on several machines.
  @Suite struct ByHandTests {
    @Test func workersMayComeBeforeTheCoordinatorAndAfter() throws {
      let run = try Run.endless()
      let early = try run.work(["--threads", "2"])
      let coordinator = try run.coordinate(["--metrics-every", "1"])
      try run.has(1, coordinator)
      let late = try run.work(["--threads", "2"])
      try run.has(2, coordinator)
      for command in [coordinator, early, late] {
        command.send(SIGTERM)
        #expect(try command.outcome().ending == .exit(0), "\(command.errors)")
      }
      let checkpoint = try run.checkpoint()
      #expect(try checkpoint == run.serial(until: checkpoint.step))
    }

    @Test func aWorkerThatLeavesIsNotMissed() throws {
      let run = try Run(["steps=600"])
      let coordinator = try run.coordinate(["--metrics-every", "1"])
      let workers = [try run.work(), try run.work()]
      try run.has(2, coordinator)
      workers[0].send(SIGTERM)
      #expect(try workers[0].outcome(within: .seconds(5)).ending == .exit(0))
      let outcome = try coordinator.outcome()
      #expect(outcome.ending == .exit(0))
      #expect(outcome.errors.contains("0 workers lost"))
      #expect(try workers[1].outcome().ending == .exit(0))
      #expect(try run.checkpoint() == run.serial())
    }

    @Test(
      arguments: [(SIGINT, .exit(130)), (SIGTERM, .exit(0)), (SIGKILL, .signal(SIGKILL))]
        as [(Int32, Command.Ending)])
    func workersWaitWhileTheCoordinatorIsAway(signal: Int32, ending: Command.Ending) throws {
      let run = try Run(["steps=150"])
      let worker = try run.work()
      let first = try run.coordinate(["--metrics-every", "1"])
      try run.passes(20, first)
      first.send(signal)
      let outcome = try first.outcome()
      #expect(outcome.ending == ending)
      let advice = "outerloop coordinator --resume \(run.folder) --bind \(run.address)\n"
      #expect(outcome.errors.contains(advice) == (signal != SIGKILL))
      let second = try Command(
        ["coordinator", "--resume", run.folder, "--bind", run.address, "--metrics-every", "1"])
      #expect(try second.outcome().ending == .exit(0))
      #expect(try worker.outcome().ending == .exit(0))
      #expect(try run.checkpoint() == run.serial())
    }

    @Test func aWorkerGivesUpWaiting() throws {
      let run = try Run()
      let outcome = try run.work(["--wait", "0.2"]).outcome()
      #expect(outcome.ending == .exit(69))
      #expect(outcome.errors.contains("no coordinator answered at \(run.address) for "))
    }

    @Test func aCoordinatorGivesUpWaiting() throws {
      let run = try Run()
      let outcome = try run.coordinate(["--wait-for-workers", "0.2"]).outcome()
      #expect(outcome.ending == .exit(69))
      #expect(outcome.errors.contains("no worker was there for "))
    }
  }
}
