import Checkpoints
import Foundation
import Telemetry
import Testing

extension CommandTests {
  @Suite struct StatusCommandTests {
    @Test func aRunThatGoesOnFinishesOrIsGone() throws {
      let run = try Run.endless()
      let command = try run.train(["--workers", "2"])
      let status = try seen(run, command) { $0.step > 20 && $0.workers.count == 2 }
      #expect(status.phase == .training)
      #expect(status.steps == 1_000_000)
      #expect(status.run.process == Int(command.id))
      #expect(status.workers.map(\.threads) == [1, 1])
      // A point is of several steps where there are more of them than points.
      let last = try #require(status.curves.lossAfter.x.last)
      #expect((0...1 + Double(status.step) / 200).contains(Double(status.step) - last))
      let shown = try Command.run(["status", run.folder])
      #expect(shown.ending == .exit(0))
      #expect(shown.output.contains(" of 1,000,000"))
      let json = try Command.run(["status", run.folder, "--json"])
      #expect(try ClusterStatus(json: Data(json.output.utf8)).steps == 1_000_000)
      command.send(SIGTERM)
      _ = try command.outcome()
      let paused = try Command.run(["status", run.folder])
      #expect(paused.ending == .exit(3))
      #expect(paused.output.contains("stopped; can be resumed"))
    }

    @Test func aKilledCoordinatorIsSaidToBeGone() throws {
      let run = try Run.endless()
      let command = try run.train(["--workers", "1"])
      var status = try seen(run, command) { $0.step > 0 }
      command.send(SIGKILL)
      _ = try command.outcome()
      status.time -= 60
      try status.json().write(to: URL(filePath: run.files.status))
      let gone = try Command.run(["status", run.folder])
      #expect(gone.ending == .exit(69))
      #expect(gone.output.contains("the coordinator seems gone"))
    }

    @Test func aFinishedRunIsFoundByItself() throws {
      let run = try Run()
      #expect(try run.train(["--workers", "1"]).outcome().ending == .exit(0))
      let scratch = try Scratch()
      try FileManager.default.createDirectory(
        atPath: scratch.file("runs"), withIntermediateDirectories: false)
      try FileManager.default.copyItem(atPath: run.folder, toPath: scratch.file("runs/one"))
      let found = try Command.run(["status"], in: scratch.path)
      #expect(found.ending == .exit(3))
      #expect(found.output.contains("finished"))
    }

    @Test(
      arguments: [
        (["nowhere"], 66, "there is no run here"), ([], 66, "name its folder"),
        (["http://"], 64, "a page's address is http://HOST:PORT"),
        (["https://h"], 64, "a page's address is http://HOST:PORT"),
        (["http://127.0.0.1:1"], 69, "nobody answers there"),
      ] as [([String], Int32, String)])
    func whatIsNotThereIsSaid(_ arguments: [String], code: Int32, words: String) throws {
      let outcome = try Command.run(["status"] + arguments)
      #expect(outcome.ending == .exit(code))
      #expect(outcome.errors.contains(words))
    }

    /// The status of a run, once it is as it is to be.
    private func seen(
      _ run: Run, _ command: Command, _ condition: (ClusterStatus) -> Bool
    ) throws -> ClusterStatus {
      var seen: ClusterStatus?
      try eventually("a status, after: \(command.errors)") {
        guard let bytes = FileManager.default.contents(atPath: run.files.status) else {
          return false
        }
        seen = try ClusterStatus(json: bytes)
        return seen.map(condition) ?? false
      }
      return try #require(seen)
    }
  }
}
