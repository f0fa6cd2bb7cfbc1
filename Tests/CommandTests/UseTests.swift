import Adaptation
import Datasets
import Episodes
import Foundation
import MetaLearning
import NDArrays
import Testing
import Training

/// A run, and what is given to it later.
private final class Learned {
  let scratch: Scratch

  init(_ settings: [String] = []) throws {
    scratch = try Scratch()
    let outcome = try Command.run(
      ["train", "sinusoid", "-o", "run", "--workers", "1"]
        + Run.overrides(Run.small + ["steps=2"] + settings), in: scratch.path)
    #expect(outcome.ending == .exit(0), "\(outcome.errors)")
    try scratch.write("x,y\n-1,0.5\n0, 1\n\n2,-1.5\n", to: "points.csv")
    try scratch.write("0.5\n1.5\n-2\n", to: "asked.csv")
  }

  @discardableResult
  func run(_ arguments: String...) throws -> Command.Outcome {
    try Command.run(arguments, in: scratch.path)
  }

  func succeeds(_ arguments: String...) throws -> Command.Outcome {
    let outcome = try Command.run(arguments, in: scratch.path)
    #expect(outcome.ending == .exit(0), "\(outcome.errors)")
    return outcome
  }
}

/// A run on images of two kinds of stripes, and folders of such images.
private final class LearnedImages {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    for index in 0..<4 {
      for image in 0..<3 {
        try write(index, image, to: "in/class\(index)/\(image).png")
        try write(
          index, image, to: "new/\(index % 2 == 0 ? "rows" : "columns")/\(index)\(image).png")
      }
    }
    try scratch.write(Self.plan, to: "plan.yaml")
    try succeeds(
      "data", "import", "images", "in", "--grey", "--fractions", "2,0,2", "-o", "a.images")
    try succeeds("train", "plan.yaml", "-o", "run", "--workers", "1")
  }

  private func write(_ index: Int, _ image: Int, to name: String) throws {
    let file = URL(filePath: scratch.file(name))
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    let pixels = (0..<36).map { place in
      UInt8((index % 2 == 0 ? place / 6 : place % 6) % 2 * 200 + index * 10 + image)
    }
    let shape = ImageShape(height: 6, width: 6, channels: 1)
    try Data(Bitmap(pixels, shape: shape).png()).write(to: file)
  }

  private static let plan = """
    steps: 2
    batch: 2
    tasks: {family: images, data: a.images, ways: 2, shots: 1, query: 1}
    network: {kind: convnet4, filters: 4}
    learner: {method: maml, inner-rate: 0.1}
    optimizer: {method: adam, rate: 0.01}
    evaluation: {tasks: 2, inner-steps: 2}

    """

  @discardableResult
  func succeeds(_ arguments: String...) throws -> Command.Outcome {
    let outcome = try Command.run(arguments, in: scratch.path)
    #expect(outcome.ending == .exit(0), "\(outcome.errors)")
    return outcome
  }
}

extension CommandTests {
  /// From a run to the answers to somebody's own questions.
  @Suite struct UseTests {
    @Test func pointsAreAnswered() throws {
      let learned = try Learned()
      let adapting = try learned.succeeds("adapt", "run", "--support", "points.csv", "--timing")
      #expect(adapting.output.isEmpty)
      #expect(adapting.errors.contains("adapted to 3 examples in 2 inner steps\n"))
      #expect(adapting.errors.contains("adapts in "))
      let table = try learned.succeeds("predict", "adapted.safetensors", "asked.csv")
      #expect(table.output.hasPrefix("input  value\n0.5"))
      let csv = try learned.succeeds(
        "predict", "adapted.safetensors", "asked.csv", "--format", "csv")
      let values = csv.output.split(separator: "\n").dropFirst().compactMap {
        Float($0.split(separator: ",").last ?? "")
      }
      let direct = try MetaLearned.load(learned.scratch.file("run"))
      let support = Support(
        inputs: NDArray([-1, 0, 2], shape: [3, 1]), values: NDArray([0.5, 1, -1.5], shape: [3, 1]))
      let asked = NDArray([0.5, 1.5, -2], shape: [3, 1])
      #expect(try direct.adapted(to: support).predict(asked).map(\.outputs) == values.map { [$0] })
    }

    @Test func imagesAreAnswered() throws {
      let learned = try LearnedImages()
      let adapting = try learned.succeeds(
        "adapt", "run", "--support", "new", "-o", "new.safetensors", "--steps", "20")
      #expect(adapting.errors.contains("adapted to 12 examples of 2 classes in 20 inner steps"))
      #expect(adapting.errors.contains("normalised by the support set"))
      // Neither the run nor its images are needed from here on.
      try FileManager.default.removeItem(atPath: learned.scratch.file("run"))
      try FileManager.default.removeItem(atPath: learned.scratch.file("a.images"))
      let all = try learned.succeeds("predict", "new.safetensors", "new", "--timing")
      #expect(all.errors.contains("12 of 12 inputs lie in a folder of the name that was answered"))
      let one = try learned.succeeds(
        "predict", "new.safetensors", "new/rows/00.png", "in/class1/0.png", "--format", "json")
      let answers = try JSONDecoder().decode([Answer].self, from: Data(one.output.utf8))
      #expect(answers.map(\.input) == ["new/rows/00.png", "in/class1/0.png"])
      #expect(answers.map(\.label) == ["rows", "columns"])
      for answer in answers { #expect(abs(answer.probabilities.values.reduce(0, +) - 1) < 1e-5) }
    }

    @Test(
      arguments: [
        (["adapt", "none", "--support", "points.csv"], 66, "none: there is no such file"),
        (["adapt", "points.csv", "--support", "points.csv"], 65, "points.csv: "),
        (["adapt", "run", "--support", "none"], 66, "none: there is no such file"),
        (["adapt", "run", "--support", "asked.csv"], 65, "asked.csv:1: expected 2 values"),
        (["adapt", "run", "--support", "bad.csv"], 65, "bad.csv:2: 'two' is no number"),
        (["adapt", "run", "--support", "empty.csv"], 65, "empty.csv: no line of numbers"),
        (["adapt", "run", "--support", "points.csv", "-o", "none/a"], 74, "none/a"),
        (["adapt", "run", "--support", "points.csv", "--steps", "101"], 64, "--steps"),
        (
          ["adapt", "run", "--support", "points.csv", "--set", "seed=1"], 64, "only values of eval"
        ),
        (["adapt", "run"], 64, "--support"),
        (
          ["adapt", "run", "--support", "points.csv", "--set", "evaluation.inner-rate=1e30"], 65,
          "adaptation diverged"
        ),
        (["predict", "none", "asked.csv"], 66, "none: there is no such file"),
        (["predict", "run/checkpoints/checkpoint.safetensors", "asked.csv"], 65, "not an adapted"),
        (["predict", "bad.csv", "asked.csv"], 65, "bad.csv: "),
      ] as [([String], Int32, String)])
    func mistakesAreExplained(arguments: [String], code: Int32, says: String) throws {
      let learned = try Learned()
      try learned.scratch.write("1,2\n1,two\n", to: "bad.csv")
      try learned.scratch.write("x,y\n\n", to: "empty.csv")
      let outcome = try Command.run(arguments, in: learned.scratch.path)
      #expect(outcome.ending == .exit(code), "\(outcome.errors)")
      #expect(outcome.errors.contains(says), "\(outcome.errors)")
    }
  }
}

private struct Answer: Decodable {
  var input: String
  var label: String
  var probabilities: [String: Double]
}
