import Checkpoints
import Foundation
import Graphs
import NDArrays
import Testing
import Training

/// A run, and what is done with it later.
private final class Learned {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try succeeds(
      ["train", "sinusoid", "-o", "run", "--workers", "1"]
        + Run.overrides(Run.small + ["steps=2"]))
  }

  @discardableResult
  func succeeds(_ arguments: [String]) throws -> Command.Outcome {
    let outcome = try Command.run(arguments, in: scratch.path)
    #expect(outcome.ending == .exit(0), "\(outcome.errors)")
    return outcome
  }
}

extension CommandTests {
  /// What is done with a checkpoint besides training on.
  @Suite struct PatternTests {
    @Test func aPatternIsFoundAndUsed() throws {
      let learned = try Learned()
      let found = try learned.succeeds([
        "patterns", "run", "--allow-loss", "1e9", "--workers", "2", "--candidates", "suffixes",
        "--output", "pattern.yaml", "--picture", "pattern.svg", "--in-training",
      ])
      #expect(found.output.contains("mean squared error over 4 validation tasks"))
      #expect(found.output.contains(">"))
      for name in ["fc1–fc3", "fc2+fc3", "fc3"] { #expect(found.output.contains(" \(name) ")) }
      #expect(learned.scratch.text("pattern.svg").contains("class=\"chosen\""))
      let plan = try RunPlan(yaml: learned.scratch.text("pattern.yaml"), source: "pattern.yaml")
      #expect(plan.steps == 2)
      let adapts = try #require(plan.evaluation.adapts?.yaml)
      #expect(adapts.hasPrefix("[[") && adapts != "[[fc1, fc2, fc3]]")

      // Every command that adapts takes the plan.
      let evaluated = try learned.succeeds([
        "evaluate", "run", "--plan", "pattern.yaml", "--workers", "1",
      ])
      let said = try learned.succeeds([
        "evaluate", "run", "--set", "evaluation.adapts=\(adapts)", "--workers", "1",
      ])
      #expect(evaluated.output == said.output)
      try learned.scratch.write("-1,0.5\n0,1\n", to: "points.csv")
      try learned.succeeds(["adapt", "run", "--support", "points.csv", "--plan", "pattern.yaml"])
      let before = try Checkpoint(
        contentsOf: learned.scratch.file("run/checkpoints/checkpoint.safetensors"))
      let after = try SafeTensors(
        decoding: Array(
          #require(
            FileManager.default.contents(atPath: learned.scratch.file("adapted.safetensors")))))
      #expect(after["fc1.weight"]?.array == before.parameters["fc1.weight"])
      #expect(after["fc3.weight"]?.array != before.parameters["fc3.weight"])
      try learned.succeeds(["train", "pattern.yaml", "-o", "again", "--workers", "1"])
    }

    @Test func anExportHasWhatPyTorchNeeds() throws {
      let learned = try Learned()
      try learned.succeeds([
        "checkpoint", "export", "run", "--output", "e.safetensors", "--examples", "3",
      ])
      let bytes = try #require(
        FileManager.default.contents(atPath: learned.scratch.file("e.safetensors")))
      let file = try SafeTensors(decoding: Array(bytes))
      #expect(file["fc1.weight"]?.shape == [8, 1])
      #expect(file["example.inputs"]?.shape == [3, 1])
      #expect(file["example.outputs"]?.shape == [3, 1])
      #expect(file.metadata["format"] == "pt")
      #expect(
        file.metadata["network"]?.hasPrefix("{\"kind\": \"mlp\", \"hidden\": [8, 8], ") == true)
      #expect(!file.entries.contains { $0.name.hasPrefix("optimizer.") })
    }

    @Test func aCheckpointIsShown() throws {
      let learned = try Learned()
      let shown = try learned.succeeds(["checkpoint", "show", "run"])
      let checkpoint = try Checkpoint(
        contentsOf: learned.scratch.file("run/checkpoints/checkpoint.safetensors"))
      #expect(shown.output.contains("step       2\n"))
      #expect(shown.output.contains("\(checkpoint.digest)"))
      #expect(shown.output.contains("fc1.weight  [8, 1]\n"))
    }

    @Test(
      arguments: [
        (["patterns", "none"], 66, "none"),
        (["patterns", "run", "--allow-loss=-1"], 64, "--allow-loss is 0 or above"),
        (["patterns", "run", "--candidates", "some"], 64, "some"),
        (["patterns", "run", "--in-training"], 64, "--output"),
        (["patterns", "run", "--steps", "0"], 65, "inner step"),
        (["patterns", "run", "--steps", "90", "--candidates", "per-step"], 64, "1024"),
        (["checkpoint", "show", "none"], 66, "none"),
        (["checkpoint", "export", "run"], 64, "--output"),
        (["checkpoint", "export", "run", "--output", "none/e"], 74, "none/e"),
        (["evaluate", "run", "--plan", "none.yaml"], 66, "none.yaml"),
      ] as [([String], Int32, String)])
    func mistakesAreExplained(arguments: [String], code: Int32, says: String) throws {
      let learned = try Learned()
      let outcome = try Command.run(arguments, in: learned.scratch.path)
      #expect(outcome.ending == .exit(code), "\(outcome.errors)")
      #expect(outcome.errors.contains(says), "\(outcome.errors)")
    }
  }
}
