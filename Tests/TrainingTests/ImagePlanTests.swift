import Coordination
import Episodes
import Graphs
import NDArrays
import Networks
import Testing
import Training

/// Eight training classes, three for testing. An image's bytes are mostly its class's.
private struct Stripes: ImageSource {
  var digest = "0123456789abcdef"
  var shape = ImageShape(height: 4, width: 4, channels: 1)

  func classes(of split: Split) -> Range<Int> {
    switch split {
    case .train: 0..<8
    case .validation: 8..<8
    case .test: 8..<11
    }
  }

  func imageCount(ofClass index: Int) -> Int { 6 }

  func pixels(ofClass index: Int, image: Int) -> [UInt8] {
    (0..<shape.byteCount).map { UInt8(($0 * (index + 3) * 20 + image) % 256) }
  }
}

private let yaml = """
  steps: 100
  batch: 4
  tasks: {family: images, data: a.images, ways: 3, shots: 1, query: 2, rotations: none}
  network: {kind: mlp, hidden: [16], initializer: {kind: he-normal}}
  learner: {method: maml, inner-rate: 1}
  optimizer: {method: adam, rate: 0.01}
  evaluation: {tasks: 10, query: 3, inner-steps: 2}

  """

private func plan(_ overrides: String...) throws -> RunPlan {
  try RunPlan(yaml: yaml, source: "images", overrides: overrides)
}

@Suite struct ImagePlanTests {
  @Test func aPlanOfImagesNamesTheirFile() throws {
    let plan = try plan()
    #expect(plan.imageFile == "a.images")
    #expect(!plan.isComplete)
    #expect(plan.loss == .crossEntropy)
    #expect(try RunPlan(yaml: plan.description, source: "again") == plan)
  }

  @Test func onceOpenedItsImagesStandInThePlan() throws {
    let plan = try plan().drawing(from: Stripes())
    #expect(plan.isComplete)
    #expect(
      plan.description.contains(
        "tasks: {family: images, data: a.images, digest: 0123456789abcdef, image: [4, 4, 1], ways: 3, "
          + "shots: 1, query: 2, rotations: none}\n"))
    #expect(
      plan.description.contains(
        "evaluation: {tasks: 10, split: test, ways: 3, shots: 1, query: 3, rotations: none, "
          + "inner-steps: 2"))
    let again = try RunPlan(yaml: plan.description, source: "again")
    #expect(again == plan && again.isComplete)
    #expect(try again.drawing(from: Stripes()).description == plan.description)
  }

  /// Every kind of network for images, with all defaults and then with every value written out.
  @Test(
    arguments: [
      "{kind: convnet4, filters: 3}", "{kind: convnet4, downsampling: max-pool, filters: 2}",
      "{kind: normalized-mlp}", "{kind: resnet12, filters: [2, 3]}",
      "{kind: layers, layers: [{layer: convolution, filters: 2}, {layer: norm, norm: {kind: layer}}, "
        + "{layer: activation}, {layer: max-pool}, {layer: flatten}, {layer: dense, width: 5}]}",
    ])
  func networksForImagesAreReadAndWritten(network: String) throws {
    let images = Stripes(shape: ImageShape(height: 17, width: 16, channels: 3))
    let plan = try plan("network=\(network)").drawing(from: images)
    #expect(try RunPlan(yaml: plan.description, source: "again") == plan)
    let names = Trainer(plan: plan).parameters.names
    #expect(names.contains("fc.weight") || names.contains("fc5.weight"))
  }

  @Test func layersAreNamedByTheirKindAndCounted() throws {
    let layers =
      "[{layer: convolution, filters: 2, bias: false}, {layer: norm, norm: {scale: false}}, "
      + "{layer: convolution, filters: 3, size: 1, padding: valid}, {layer: mean}]"
    let plan = try plan("network={kind: layers, layers: \(layers)}").drawing(from: Stripes())
    #expect(
      Trainer(plan: plan).parameters.names == [
        "conv1.weight", "bn1.bias", "conv2.weight", "conv2.bias", "fc.weight", "fc.bias",
      ])
  }

  @Test func networksThatDoNotFitTheImagesAreRefused() throws {
    let plan = try plan("network={kind: convnet4, downsampling: max-pool}")
    #expect(throws: ImagesError.network(Stripes().shape)) { try plan.drawing(from: Stripes()) }
    let error = #expect(throws: PlanError.self) {
      try RunPlan(
        yaml: yaml, source: "curves",
        overrides: ["tasks={family: sinusoid, shots: 5}", "network={kind: convnet4}"])
    }
    #expect(error?.message == "network has layers that do not fit inputs of [1]")
  }

  @Test func otherImagesOfThatNameAreRefused() throws {
    let plan = try RunPlan(
      yaml: plan().drawing(from: Stripes()).description, source: "again")
    let other = Stripes(digest: "0123456789abcdee")
    #expect(throws: ImagesError.otherImages(found: other.digest, expected: Stripes().digest)) {
      try plan.drawing(from: other)
    }
  }

  @Test func imagesThatAreTooFewAreRefused() throws {
    #expect(throws: ImagesError.self) { try plan("tasks.ways=9").drawing(from: Stripes()) }
    #expect(throws: ImagesError.self) { try plan("tasks.query=6").drawing(from: Stripes()) }
    let missing = ImageTasksError.tooFewClasses(.validation, found: 0, images: 4, ways: 3)
    #expect(throws: ImagesError.tasks(missing)) {
      try plan("evaluation.split=validation").drawing(from: Stripes())
    }
  }

  @Test(arguments: [
    ("tasks.ways=1", "tasks.ways is '1'; expected a whole number from 2 to 4096"),
    ("evaluation.ways=4", "evaluation.ways is '4'; expected a whole number from 2 to 3"),
    ("tasks.digest=abc", "tasks.digest is 'abc'; expected text on one line, 16 hexadecimal digits"),
    ("loss.kind=mean-squared-error", "loss.kind is 'mean-squared-error'; expected cross-entropy"),
    (
      "tasks.rotations=some",
      "tasks.rotations is 'some'; expected one of none, per-class-and-task, as-classes"
    ),
    (
      "tasks.image=[4, 4, 2]",
      "tasks.image is [4, 4, 2]; expected a list of 3, each a whole number from 1 to 4096, "
        + "height, width and 1 or 3 channels"
    ),
  ])
  func impossibleValuesAreErrors(_ override: String, _ message: String) {
    let error = #expect(throws: PlanError.self) { try plan(override) }
    #expect(error?.message == message)
  }

  @Test(arguments: ["a b.images", "it's, here.images", "-x", "ä: 1 #.images", "true", "1.5"])
  func anyPathIsWrittenAsItIsRead(_ path: String) throws {
    let quoted = path.replacing("'", with: "''")
    let plan = try plan("tasks.data='\(quoted)'")
    #expect(plan.imageFile == path)
    #expect(try RunPlan(yaml: plan.description, source: "again").imageFile == path)
  }

  @Test func tasksAreOfTheSplitTheyAreFor() throws {
    let plan = try plan().drawing(from: Stripes())
    let training = try #require(plan.trainingTasks() as? ImageTasks)
    let evaluation = try #require(Run(plan).evaluator.tasks as? ImageTasks)
    #expect((training.split, evaluation.split) == (.train, .test))
    #expect((training.query, evaluation.query) == (2, 3))
    #expect(training.inputs == .pixels)
  }

  @Test func whoIsSentItsTasksNeedsNoImages() throws {
    let complete = try plan().drawing(from: Stripes())
    let (here, there) = (
      Trainer(plan: complete),
      Trainer(plan: try RunPlan(yaml: complete.description, source: "there"))
    )
    #expect(there.metaGradientText == here.metaGradientText)
    #expect(there.tasks.shapes == here.tasks.shapes)
    let (state, episodes) = (here.initialState(), here.episodes(step: 0, here.wholeStep))
    let sums = [here, there].map { trainer in
      let runner = TaskRunner(trainer)
      runner.set(state.parameters)
      return runner.sum(trainer.wholeStep, of: 0, episodes)
    }
    #expect(sums[0] == sums[1])
  }

  @Test func imagesAreLearnedToBeToldApart() throws {
    let plan = try plan("evaluation.split=train", "evaluation.inner-steps=1").drawing(
      from: Stripes())
    let trainer = Trainer(plan: plan)
    let runner = TaskRunner(trainer)
    var state = trainer.initialState()
    let untrained = try #require(plan.evaluated(state.parameters).lossEstimates.last?.mean)
    for _ in 0..<plan.steps { state = trainer.stepped(state, runner) }
    let trained = try #require(plan.evaluated(state.parameters).lossEstimates.last?.mean)
    #expect(trained < untrained / 2)
  }
}
