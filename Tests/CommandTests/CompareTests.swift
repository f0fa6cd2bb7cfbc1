import Foundation
import Testing

/// Runs that were trained alike but for what a test says.
private final class Trained {
  let scratch: Scratch

  init(_ runs: [String: [String]]) throws {
    scratch = try Scratch()
    for (name, settings) in runs.sorted(by: { $0.key < $1.key }) {
      let all = Run.overrides(Run.small + ["steps=2"] + settings)
      let outcome = try Command.run(
        ["train", "sinusoid", "-o", name, "--workers", "1"] + all, in: scratch.path)
      #expect(outcome.ending == .exit(0), "\(outcome.errors)")
    }
  }

  func does(_ arguments: [String]) throws -> Command.Outcome {
    try Command.run(arguments, in: scratch.path)
  }

  func compared(_ arguments: [String]) throws -> Comparison {
    let outcome = try does(["compare", "--json", "--workers", "1"] + arguments)
    #expect(outcome.ending == .exit(0), "\(outcome.errors)")
    return try JSONDecoder().decode(Comparison.self, from: Data(outcome.output.utf8))
  }
}

private struct Comparison: Decodable, Equatable {
  var measure: String
  var tasks: Int
  var seeds: Int
  var base: String
  var results: [Result]

  struct Result: Decodable, Equatable {
    var run: String
    var inner_steps: Int
    var mean: Double
    var ci95: Double
    var ci95_seeds: Double?
    var difference: Double?
    var difference_ci95: Double?
    var difference_ci95_seeds: Double?
  }
}

private struct Evaluated: Decodable {
  var results: [Result]
  struct Result: Decodable {
    var mean: Double
    var ci95: Double
  }
}

extension CommandTests {
  /// Several runs on the same tasks.
  @Suite struct CompareTests {
    @Test func eachRunIsMeasuredAsByItself() throws {
      let trained = try Trained(["a": [], "b": ["learner.inner-rate=0.3"]])
      let compared = try trained.compared(["a", "b"])
      #expect(compared.measure == "mean squared error" && compared.base == "a")
      #expect(compared.tasks == 4 && compared.seeds == 1)
      #expect(compared.results.map(\.inner_steps) == [0, 0, 1, 1, 2, 2])
      for (index, name) in ["a", "b"].enumerated() {
        let output = try trained.does(["evaluate", name, "--json", "--workers", "1"]).output
        let alone = try JSONDecoder().decode(Evaluated.self, from: Data(output.utf8))
        let own = compared.results.filter { $0.run == name }
        #expect(own.map(\.mean) == alone.results.map(\.mean))
        #expect(own.map(\.ci95) == alone.results.map(\.ci95))
        #expect(own.allSatisfy { ($0.difference == nil) == (index == 0) })
      }
      for (base, other) in zip(compared.results, compared.results.dropFirst())
      where other.run == "b" {
        let difference = try #require(other.difference)
        #expect(abs(difference - (other.mean - base.mean)) < 1e-9)
      }
    }

    @Test func aRunDoesNotDifferFromItselfAndMayBeACheckpoint() throws {
      let trained = try Trained(["a": []])
      let text = try trained.does([
        "compare", "a", "a/checkpoints/checkpoint.safetensors", "--at", "1", "--workers", "1",
      ])
      #expect(text.ending == .exit(0), "\(text.errors)")
      let lines = text.output.split(separator: "\n").map(String.init)
      #expect(lines[0] == "mean squared error over 4 tasks; differences to a, paired by task")
      #expect(lines.count == 4)
      #expect(lines[1].contains("difference  ± 95 % CI"))
      #expect(lines[3].contains("0.0000     0.0000  a/checkpoints"))
    }

    @Test func seedsAreTakenTogether() throws {
      let trained = try Trained([
        "a1": [], "a2": ["seed=2"], "b1": ["learner.inner-rate=0.3"],
        "b2": ["learner.inner-rate=0.3", "seed=2"],
      ])
      let runs = ["a1", "a2", "b1", "b2"]
      let together = try trained.compared(["--seeds", "2", "--at", "2"] + runs)
      #expect(together.seeds == 2)
      #expect(together.results.map(\.run) == ["a1 and 1 more", "b1 and 1 more"])
      let pairs = try [["a1", "b1"], ["a2", "b2"]].map { try trained.compared(["--at", "2"] + $0) }
      let differences = try pairs.map { try #require($0.results[1].difference) }
      let both = together.results[1]
      let difference = try #require(both.difference)
      let seeds = try #require(both.difference_ci95_seeds)
      #expect(abs(difference - (differences[0] + differences[1]) / 2) < 1e-9)
      #expect(abs(seeds - 12.7062 * abs(differences[0] - differences[1]) / 2) < 1e-9)
      #expect(both.ci95_seeds != nil && both.difference_ci95 != nil)
    }

    @Test func otherTasksAreRefusedUnlessTheyAreMadeTheSame() throws {
      let trained = try Trained(["a": [], "b": ["evaluation.seed=7"]])
      let refused = try trained.does(["compare", "a", "b"])
      #expect(refused.ending == .exit(65))
      #expect(
        refused.errors == "error: b meets other tasks than a: evaluation.seed is 7, not 1\n")
      #expect(try trained.compared(["a", "b", "--set", "evaluation.seed=7"]).results.count == 6)
    }

    @Test func mistakesAreExplained() throws {
      let trained = try Trained(["a": []])
      let mistakes: [([String], Int32, String)] = [
        (["a", "none"], 66, "none"),
        (["a"], 64, "Two runs at least"),
        (["a", "a", "a", "--seeds", "2"], 64, "3 runs are no groups of 2"),
        (["a", "a", "a", "a", "--seeds", "2"], 65, "have the same seed, 1"),
        (["a", "a", "--seeds", "0"], 64, "--seeds is 1 or above"),
        (["a", "a", "--at", "3"], 65, "a: the evaluation takes 2 inner steps, not 3"),
        (["a", "a", "--set", "seed=2"], 64, "only values of evaluation"),
      ]
      for (arguments, code, says) in mistakes {
        let outcome = try trained.does(["compare"] + arguments)
        #expect(outcome.ending == .exit(code), "\(arguments): \(outcome.errors)")
        #expect(outcome.errors.contains(says), "\(outcome.errors)")
      }
    }
  }
}
