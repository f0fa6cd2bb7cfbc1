import Checkpoints
import Foundation
import Telemetry
import Testing

extension CommandTests {
  /// Who asks a coordinator to end gets the step that is under way, and who asks twice gets the end.
  @Suite struct EndingTests {
    /// Steps that take their time, none of which is saved otherwise.
    private static let long = ["steps=8", "batch=600", "checkpoint.every=1000"]

    @Test func theStepUnderWayIsMadeAndTheRunGoesOnToTheSameBits() throws {
      let run = try Run(Self.long)
      let command = try run.train(["--workers", "2", "--metrics-every", "1"])
      try run.passes(0, command)
      command.send(SIGTERM)
      #expect(try command.outcome().ending == .exit(0))
      let saved = try run.checkpoint()
      #expect(saved.step == (try run.recordedSteps().last))
      #expect(try saved == run.serial(until: saved.step))
      #expect(try run.resume(["--workers", "1"]).outcome().ending == .exit(0))
      #expect(try run.checkpoint() == run.serial())
    }

    @Test func whoAsksTwiceIsObeyedAtOnce() throws {
      let run = try Run.endless()
      let command = try run.train(["--workers", "1", "--patience", "60"])
      try hasLeases(run, command)
      let worker = try #require(try Processes.children(of: command.id).first)
      kill(worker, SIGSTOP)
      try eventually("a silence, after: \(command.errors)") {
        try status(run).flatMap { $0.workers.first?.silence ?? 0 } ?? 0 > 0.3
      }
      command.send(SIGTERM)
      try eventually("an ending run, after: \(command.errors)") {
        try status(run)?.phase == .ending
      }
      #expect(command.isRunning)
      command.send(SIGTERM)
      #expect(try command.outcome(within: .seconds(2)).ending == .exit(128 + SIGTERM))
      kill(worker, SIGKILL)
    }

    @Test func aStepWhoseWorkersAreGoneIsNotWaitedFor() throws {
      let run = try Run.endless()
      let worker = try run.work()
      let command = try run.coordinate(["--patience", "0.5"])
      try hasLeases(run, command)
      worker.send(SIGSTOP)
      command.send(SIGTERM)
      #expect(try command.outcome(within: .seconds(8)).ending == .exit(0))
      let saved = try run.checkpoint()
      #expect(try saved == run.serial(until: saved.step))
    }

    private func hasLeases(_ run: Run, _ command: Command) throws {
      try eventually("a lease, after: \(command.errors)") {
        try status(run)?.workers.contains { $0.leases > 0 } ?? !command.isRunning
      }
    }

    private func status(_ run: Run) throws -> ClusterStatus? {
      try FileManager.default.contents(atPath: run.files.status).map {
        try ClusterStatus(json: $0)
      }
    }
  }
}
