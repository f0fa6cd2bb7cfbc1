import Checkpoints
import Foundation
import Testing

extension CommandTests {
  @Suite struct CoordinatorDeathTests {
    /// With a checkpoint every step, most of its life is spent writing one.
    @Test func aCoordinatorKilledAtAnyTimeGoesOn() throws {
      let run = try Run(["steps=1000000", "checkpoint.every=1"])
      var random = SystemRandomNumberGenerator()
      var command = try run.train(["--workers", "2", "--metrics-every", "1"])
      for _ in 0..<6 {
        let step = try run.recordedSteps().last ?? 0
        try run.passes(step + 3, command)
        usleep(UInt32.random(in: 0..<20_000, using: &random))
        command.send(SIGKILL)
        #expect(try command.outcome().ending == .signal(SIGKILL))
        command = try run.resume(["--workers", "2", "--metrics-every", "1"])
      }
      try run.passes(try run.recordedSteps().last ?? 0, command)
      command.send(SIGTERM)
      #expect(try command.outcome().ending == .exit(0), "\(command.errors)")
      #expect(!command.errors.contains("warning"))
      let checkpoint = try run.checkpoint()
      #expect(try checkpoint == run.serial(until: checkpoint.step))
      #expect(try run.recordedSteps() == Array(1...checkpoint.step))
    }

    /// When all workers are dead the coordinator says that it waits, and the next ones go on.
    @Test func aRunWhoseWorkersAllDieWaitsForOthers() throws {
      let run = try Run.endless()
      let coordinator = try run.coordinate([
        "--metrics-every", "1", "--patience", "0.3", "--wait-for-workers", "60",
      ])
      let workers = try (0..<2).map { _ in try run.work() }
      try run.has(2, coordinator)
      workers.forEach { $0.send(SIGKILL) }
      try eventually("word of it") {
        coordinator.errors.contains("no worker is there; waiting for one, for 60.0 s at most")
      }
      let step = try run.recordedSteps().last ?? 0
      let next = try run.work()
      try run.passes(step + 20, coordinator)
      #expect(coordinator.errors.contains("a worker is there again"))
      for command in [coordinator, next] {
        command.send(SIGTERM)
        #expect(try command.outcome().ending == .exit(0), "\(command.errors)")
      }
      let checkpoint = try run.checkpoint()
      #expect(try checkpoint == run.serial(until: checkpoint.step))
    }
  }
}
