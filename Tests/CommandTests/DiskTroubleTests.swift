import Checkpoints
import Foundation
import Testing

extension CommandTests {
  /// A disk that refuses what is written costs no bits and no sound checkpoint.
  @Suite struct DiskTroubleTests {
    private static let settings = ["steps=1000000", "checkpoint.every=1"]

    @Test func aDiskThatFailsForAWhileIsWaitedFor() throws {
      let run = try Run(Self.settings)
      let command = try run.train(["--workers", "2", "--metrics-every", "1"])
      try run.passes(5, command)
      try breakDisk(of: run)
      try run.passes(try run.checkpoint().step + 50, command)
      let kept = try run.checkpoint()
      #expect(try kept == run.serial(until: kept.step))
      #expect(command.errors.contains("training goes on"))
      try mendDisk(of: run)
      try eventually("word of the disk") { command.errors.contains("is on the disk now") }
      #expect(command.errors.components(separatedBy: "cannot write").count == 2)
      #expect(try run.checkpoint().step > kept.step)
      command.send(SIGTERM)
      #expect(try command.outcome().ending == .exit(0))
      #expect(try run.checkpoint() == run.serial(until: run.checkpoint().step))
    }

    @Test func aDiskThatFailsToTheEndIsAnError() throws {
      let run = try Run(Self.settings)
      let command = try run.train(["--workers", "2", "--metrics-every", "1"])
      try run.passes(5, command)
      try breakDisk(of: run)
      let kept = try run.checkpoint()
      try run.passes(kept.step + 50, command)
      command.send(SIGTERM)
      #expect(try command.outcome().ending == .exit(74))
      #expect(try run.checkpoint() == kept)
      try mendDisk(of: run)
      let resumed = try run.resume(["--workers", "1", "--metrics-every", "1"])
      try run.passes(kept.step + 20, resumed)
      resumed.send(SIGTERM)
      #expect(try resumed.outcome().ending == .exit(0))
      #expect(try run.checkpoint() == run.serial(until: run.checkpoint().step))
    }

    /// A folder where the file is to be written: not even root can write to it.
    private func breakDisk(of run: Run) throws {
      try eventually("a moment without a partial file") {
        mkdir(run.files.checkpoint + ".partial", 0o777) == 0
      }
    }

    private func mendDisk(of run: Run) throws {
      try FileManager.default.removeItem(atPath: run.files.checkpoint + ".partial")
    }
  }
}
