import Checkpoints
import Datasets
import Episodes
import Foundation
import NDArrays
import Testing
import Training

/// A folder with class folders of images, a file made of them, and a plan of tasks from it.
private final class Collection {
  let scratch: Scratch

  /// Six classes of five images each: a slope whose direction is the class's.
  init() throws {
    scratch = try Scratch()
    for index in 0..<6 {
      for image in 0..<5 {
        let file = URL(filePath: scratch.file("in/class\(index)/\(image).png"))
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(Self.slope(index, image).png()).write(to: file)
      }
    }
    try scratch.write(Self.plan, to: "plan.yaml")
  }

  static func slope(_ index: Int, _ image: Int) -> Bitmap {
    let pixels = (0..<36).map { place in
      UInt8((place % 6 * index * 8 + place / 6 * (5 - index) * 8 + image) % 256)
    }
    return Bitmap(pixels, shape: ImageShape(height: 6, width: 6, channels: 1))
  }

  private static let plan = """
    steps: 12
    batch: 5
    tasks: {family: images, data: a.images, ways: 2, shots: 1, query: 2, rotations: as-classes}
    network: {kind: mlp, hidden: [8]}
    learner: {method: maml, inner-rate: 0.1}
    optimizer: {method: adam, rate: 0.01}
    evaluation: {tasks: 4, inner-steps: 2}

    """

  @discardableResult
  func run(_ arguments: String...) throws -> Command.Outcome {
    try Command.run(arguments, in: scratch.path)
  }

  func imported() throws -> Command.Outcome {
    try run(
      "data", "import", "images", "in", "--grey", "--fractions", "4,0,2", "-o", "a.images")
  }

  /// The run's last parameters, by what a folder is called.
  func trained(_ folder: String, _ arguments: String...) throws -> Checkpoint {
    let outcome = try Command.run(
      ["train", "plan.yaml", "-o", folder, "--workers", "2"] + arguments, in: scratch.path)
    #expect(outcome.ending == .exit(0), "\(outcome.errors)")
    return try Checkpoint(contentsOf: RunFiles(scratch.file(folder)).checkpoint)
  }
}

extension CommandTests {
  /// From a folder of images to a trained learner.
  @Suite struct ImageRunTests {
    @Test func anImportSaysWhatItMadeAndWhatItLeftOut() throws {
      let collection = try Collection()
      try collection.scratch.write("no image", to: "in/class0/9.png")
      let outcome = try collection.imported()
      #expect(outcome.ending == .exit(0))
      let set = try ImageSet(opening: collection.scratch.file("a.images"))
      #expect(outcome.output.contains(set.digest))
      #expect(outcome.output.contains("train       4 classes, 20 images, 5 each"))
      #expect(outcome.errors.contains("left out: in/class0/9.png: neither PNG nor JPEG"))
      let shown = try collection.run("data", "show", "a.images")
      #expect(shown.output == outcome.output)
    }

    @Test func aSheetIsAnImage() throws {
      let collection = try Collection()
      _ = try collection.imported()
      let outcome = try collection.run(
        "data", "show", "a.images", "--sheet", "s.png", "--ways", "3", "--query", "2", "--classes")
      #expect(outcome.ending == .exit(0), "\(outcome.errors)")
      #expect(outcome.output.contains("\tclass3\t5\n"))
      let png = try Data(contentsOf: URL(filePath: collection.scratch.file("s.png")))
      #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }

    @Test func whereTasksAreDrawnMakesNoDifference() throws {
      let collection = try Collection()
      _ = try collection.imported()
      // The workers of `train` draw in any case.
      let sent = try collection.trained("sent")
      var drawn = try collection.trained("drawn", "--set", "episodes=drawn-by-worker")
      #expect(drawn.plan != sent.plan)
      drawn.plan = sent.plan
      #expect(drawn == sent)
      let plan = try RunPlan(yaml: sent.plan, source: "sent").drawing(
        from: ImageSet(opening: collection.scratch.file("a.images")))
      let trainer = Trainer(plan: plan)
      let runner = TaskRunner(trainer)
      let state = (0..<plan.steps).reduce(trainer.initialState()) { state, _ in
        trainer.stepped(state, runner)
      }
      #expect(state.parameters == sent.parameters)
    }

    @Test func aRunOfOtherImagesIsNotResumedNorEvaluated() throws {
      let collection = try Collection()
      _ = try collection.imported()
      _ = try collection.trained("run")
      try FileManager.default.moveItem(
        atPath: collection.scratch.file("a.images"), toPath: collection.scratch.file("b.images"))
      #expect(try collection.run("evaluate", "run").ending == .exit(66))
      let elsewhere = try collection.run("evaluate", "run", "--data", "b.images")
      #expect(elsewhere.ending == .exit(0))
      #expect(!elsewhere.errors.contains("cannot draw"), "its workers open the other file, too")
      try collection.run(
        "data", "import", "images", "in", "--fractions", "3,0,3", "--grey", "-o", "a.images")
      for command in [["evaluate", "run"], ["train", "--resume", "run"]] {
        let outcome = try Command.run(command, in: collection.scratch.path)
        #expect(outcome.ending == .exit(65))
        #expect(outcome.errors.contains("a.images: the images have the digest"))
      }
    }

    @Test func aWorkerWithOtherImagesLeaves() throws {
      let collection = try Collection()
      _ = try collection.imported()
      try collection.run("data", "import", "images", "in", "--grey", "-o", "b.images")
      let address = "ipc://" + collection.scratch.file("socket")
      let coordinator = try Command(
        [
          "coordinator", "plan.yaml", "-o", "run", "--bind", address, "--set",
          "episodes=drawn-by-worker",
        ], in: collection.scratch.path)
      let stranger = try collection.run("worker", "--connect", address, "--data", "b.images")
      #expect(stranger.ending == .exit(65))
      #expect(stranger.errors.contains("b.images") || stranger.errors.contains("digest"))
      #expect(
        try collection.run("worker", "--connect", address, "--data", "a.images").ending == .exit(0))
      #expect(try coordinator.outcome().ending == .exit(0))
    }

    /// A file that is gone, and one of other images.
    @Test(arguments: ["none.images", "b.images"])
    func aWorkerWithoutTheImagesIsSentThem(file: String) throws {
      let collection = try Collection()
      _ = try collection.imported()
      try collection.run("data", "import", "images", "in", "--grey", "-o", "b.images")
      let drawn = try collection.trained("drawn")
      let address = "ipc://" + collection.scratch.file("socket")
      let coordinator = try Command(
        ["coordinator", "plan.yaml", "-o", "run", "--bind", address], in: collection.scratch.path)
      let worker = try collection.run(
        "worker", "--connect", address, "--draws", "--data", file, "--threads", "2")
      #expect(worker.ending == .exit(0), "\(worker.errors)")
      #expect(worker.errors.split(separator: "\n").count == 1, "\(worker.errors)")
      #expect(
        worker.errors.contains("cannot draw tasks")
          && worker.errors.contains(file == "b.images" ? "digest" : file))
      #expect(try coordinator.outcome().ending == .exit(0))
      let sent = try Checkpoint(contentsOf: RunFiles(collection.scratch.file("run")).checkpoint)
      #expect(sent == drawn)
    }

    @Test(
      arguments: [
        (["data", "show", "none"], 66, "none: there is no such file"),
        (["data", "show", "plan.yaml"], 65, "plan.yaml: not a file of images"),
        (["data", "import", "images", "none"], 66, "none"),
        (["data", "import", "images", "."], 65, "no PNG or JPEG images"),
        (["data", "import", "images", "in", "-o", "none/a.images"], 73, "none/a.images"),
        (["data", "import", "images", "in", "--lists", "in"], 65, "no train.txt"),
        (["data", "import", "images", "in", "--size", "0"], 64, "--size"),
        (["data", "import", "images", "in", "--fractions", "1,2"], 64, "--fractions"),
        (["data", "import", "omniglot", "plan.yaml"], 65, "plan.yaml"),
        (["data", "import", "omniglot"], 64, "source"),
        (["train", "plan.yaml"], 66, "\"outerloop data import\""),
      ] as [([String], Int32, String)])
    func mistakesAreExplained(arguments: [String], code: Int32, says: String) throws {
      let collection = try Collection()
      if arguments.last == "." {
        try FileManager.default.removeItem(atPath: collection.scratch.file("in"))
      }
      let outcome = try Command.run(arguments, in: collection.scratch.path)
      #expect(outcome.ending == .exit(code), "\(outcome.errors)")
      #expect((outcome.errors + outcome.output).contains(says), "\(outcome.errors)")
    }
  }
}
