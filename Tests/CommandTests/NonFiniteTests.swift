import Checkpoints
import Foundation
import Testing

extension CommandTests {
  /// Inner steps so large that some tasks of every few steps come to no finite number.
  @Suite struct NonFiniteTests {
    private static let wild = ["learner.inner-rate=3", "learner.inner-steps=2"]

    @Test(arguments: [1, 3]) func tasksAreLeftOutWhoeverComputes(workers: Int) throws {
      let run = try Run(Self.wild + ["non-finite=skip"])
      let outcome = try run.train(["--workers", "\(workers)", "--metrics-every", "1"]).outcome()
      #expect(outcome.ending == .exit(0), "\(outcome.errors)")
      #expect(try run.checkpoint() == run.serial())
      #expect(outcome.errors.contains("step 0 leaves out task 0"))
      let metrics = try run.text(run.files.metrics)
      #expect(metrics.contains(#""skipped":[{"step":0,"task":0}]"#))
      #expect(metrics.contains(#""skipped":[]"#))
    }

    @Test func aTaskThatStoppedARunIsComputedAgain() throws {
      let run = try Run(Self.wild)
      let outcome = try run.train(["--workers", "2"]).outcome()
      #expect(outcome.ending == .exit(65))
      let advice = "outerloop replay \(run.folder) --step 0 --task 0\n"
      #expect(outcome.errors.contains("compute it again with: " + advice))

      let arguments = ["replay", run.folder, "--step", "0", "--task"]
      let file = run.folder + "/task.safetensors"
      let bad = try Command.run(arguments + ["0", "-o", file])
      #expect(bad.ending == .exit(65))
      #expect(bad.output.contains("numbers are not finite"))
      #expect(bad.errors.contains("error: task 0 of step 0 is not finite"))
      let good = try Command.run(arguments + ["1", "-o", file])
      #expect(good.ending == .exit(0))
      #expect(good.output.hasPrefix("task 1 of step 0\nloss_before "))
      let file1 = try SafeTensors(decoding: Array(Data(contentsOf: URL(filePath: file))))
      #expect(file1.entries.map(\.name).contains("gradient.fc1.weight"))
    }

    @Test func whatCannotBeReplayedIsExplained() throws {
      let run = try Run()
      #expect(try run.train(["--workers", "1"]).outcome().ending == .exit(0))
      for (step, task, code, words) in [
        ("7", "0", Int32(66), "there is no checkpoint of step 7 to begin with, but of step 24"),
        ("24", "0", 64, "--step is from 0 to 23 in this run, not 24"),
        ("0", "7", 64, "--task is from 0 to 6 in this run, not 7"),
      ] {
        let outcome = try Command.run(["replay", run.folder, "--step", step, "--task", task])
        #expect(outcome.ending == .exit(code))
        #expect(outcome.errors.contains(words))
      }
      let nowhere = try Command.run(["replay", "nowhere", "--step", "0", "--task", "0"])
      #expect(nowhere.ending == .exit(66))
    }
  }
}
