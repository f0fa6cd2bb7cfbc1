import Checkpoints
import Foundation
import Testing

extension CommandTests {
  /// A run's folder is hard to lose: nobody writes over it, and damage is noticed.
  @Suite struct RunFolderTests {
    @Test func anotherRunIsNotOverwritten() throws {
      let run = try finished()
      let outcome = try run.train([]).outcome()
      #expect(outcome.ending == .exit(73))
      #expect(outcome.errors.contains("\(run.folder): there is a run here already"))
    }

    @Test func oneCoordinatorAtATime() throws {
      let run = try Run(["steps=100000"])
      let command = try run.train(["--workers", "1", "--metrics-every", "1"])
      try run.passes(2, command)
      let outcome = try run.resume([]).outcome()
      #expect(outcome.ending == .exit(73))
      #expect(outcome.errors.contains("another coordinator trains here, process \(command.id)"))
      command.send(SIGTERM)
      #expect(try command.outcome().ending == .exit(0))
    }

    /// What supervisors start again and again, with the same words.
    @Test func oneCommandBeginsGoesOnAndFindsThatItIsDone() throws {
      let run = try Run()
      let first = try run.train(["--or-resume", "--workers", "1", "--metrics-every", "1"])
      try run.passes(6, first)
      first.send(SIGKILL)
      _ = try first.outcome()
      let second = try run.train(["--or-resume", "--workers", "1"]).outcome()
      #expect(second.ending == .exit(0), "\(second.errors)")
      #expect(try run.checkpoint() == run.serial())
      let third = try run.train(["--or-resume", "--workers", "1"]).outcome()
      #expect(third.ending == .exit(0))
      #expect(third.errors == "\(run.folder): this run is finished\n")
    }

    @Test func goingOnNeedsTheFoldersName() throws {
      let outcome = try Command.run(["train", "sinusoid", "--or-resume"])
      #expect(outcome.ending == .exit(64))
      #expect(outcome.errors.contains("--or-resume needs the run's folder"))
    }

    @Test func folderNamesThatAreFree() throws {
      let scratch = try Scratch()
      let arguments = ["train", "sinusoid", "--workers", "1"] + Run.overrides(Run.small)
      for folder in ["runs/sinusoid", "runs/sinusoid-2"] {
        let outcome = try Command.run(arguments, in: scratch.path)
        #expect(outcome.ending == .exit(0), "\(outcome.errors)")
        #expect(RunFiles(scratch.file(folder)).isRun)
      }
    }

    @Test func aFolderThatCannotBeMade() throws {
      let scratch = try Scratch()
      try scratch.write("", to: "file")
      let outcome = try Command.run(["train", "sinusoid", "-o", scratch.file("file/run")])
      #expect(outcome.ending == .exit(73))
      #expect(outcome.errors.contains(scratch.file("file")))
    }

    @Test func aDamagedCheckpointGivesWayToThePrevious() throws {
      let run = try Run(["steps=30"])
      let whole = try run.train(["--workers", "1"]).outcome()
      let newest = try run.checkpoint()
      try damage(run.files.checkpoint)
      let evaluated = try Command.run(["evaluate", run.folder])
      #expect(evaluated.ending == .exit(0))
      #expect(evaluated.errors.contains("warning: \(run.files.checkpoint): "))
      #expect(evaluated.errors.contains(run.files.previousCheckpoint))

      let resumed = try run.resume(["--workers", "1"]).outcome()
      #expect(resumed.ending == .exit(0))
      #expect(resumed.errors.contains("going on from \(run.files.previousCheckpoint)"))
      #expect(resumed.output == whole.output)
      #expect(try run.checkpoint() == newest)
    }

    @Test func twoDamagedCheckpointsAreRefused() throws {
      let run = try finished()
      try damage(run.files.checkpoint)
      try damage(run.files.previousCheckpoint)
      for arguments in [["evaluate", run.folder], ["train", "--resume", run.folder]] {
        let outcome = try Command.run(arguments)
        #expect(outcome.ending == .exit(65))
        #expect(outcome.errors.contains("error: \(run.files.checkpoint): "))
      }
    }

    @Test func aCheckpointOfAnotherPlanIsRefused() throws {
      let (run, other) = (try finished(), try Run(["seed=2"]))
      #expect(try other.train(["--workers", "1"]).outcome().ending == .exit(0))
      try FileManager.default.removeItem(atPath: run.files.checkpoint)
      try FileManager.default.copyItem(atPath: other.files.checkpoint, toPath: run.files.checkpoint)
      let outcome = try run.resume([]).outcome()
      #expect(outcome.ending == .exit(65))
      #expect(outcome.errors.contains("\(run.files.checkpoint): the checkpoint is of another plan"))
    }

    @Test func aFinishedRunThatIsResumedStaysAsItIs() throws {
      let run = try finished()
      let checkpoints = [run.files.checkpoint, run.files.previousCheckpoint]
      let before = try checkpoints.map { try Data(contentsOf: URL(filePath: $0)) }
      let outcome = try run.resume(["--workers", "1"]).outcome()
      #expect(outcome.ending == .exit(0), "\(outcome.errors)")
      #expect(try checkpoints.map { try Data(contentsOf: URL(filePath: $0)) } == before)
    }

    private func finished() throws -> Run {
      let run = try Run()
      #expect(try run.train(["--workers", "1"]).outcome().ending == .exit(0))
      return run
    }

    /// Changes one bit amid the numbers.
    private func damage(_ path: String) throws {
      var bytes = try Data(contentsOf: URL(filePath: path))
      bytes[bytes.count - 9] ^= 4
      try bytes.write(to: URL(filePath: path))
    }
  }
}
