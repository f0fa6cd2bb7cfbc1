import Adaptation
import Checkpoints
import Episodes
import Execution
import Files
import Foundation
import Graphs
import MetaLearning
import NDArrays
import Networks
import Testing
import Training

/// A file with a checkpoint of a plan, before its first step.
private func checkpoint(_ plan: RunPlan) throws -> String {
  let path = FileManager.default.temporaryDirectory
    .appending(path: "outerloop-adaptation-\(UUID().uuidString).safetensors").path
  let state = Run(plan).initialState()
  let saved = Checkpoint(
    step: 0, parameters: state.parameters, optimizer: state.optimizer, plan: plan.description)
  try writeAtomically(saved.encoded(), to: path)
  return path
}

private func learned(_ plan: String, _ overrides: [String] = []) throws -> MetaLearned {
  let path = try checkpoint(RunPlan(yaml: plan, source: "test", overrides: overrides))
  defer { unlink(path) }
  return try MetaLearned.load(path)
}

private let sinusoids = """
  steps: 1
  batch: 1
  tasks: {family: sinusoid, shots: 5}
  network: {kind: mlp, hidden: [8, 8], initializer: {kind: glorot-uniform}}
  learner: {method: maml, inner-rate: 0.01}
  optimizer: {method: adam, rate: 0.001}
  evaluation: {inner-steps: 3}
  """

private let images = """
  steps: 1
  batch: 1
  tasks: {family: images, data: none, image: [6, 6, 1], ways: 3, shots: 1}
  network: {kind: convnet4, filters: 4}
  learner: {method: maml, inner-rate: 0.1}
  optimizer: {method: adam, rate: 0.001}
  evaluation: {inner-steps: 2}
  """

private func noise(_ shape: Shape, _ seed: UInt64) -> NDArray {
  var stream = RandomKey(seed: seed).stream
  return NDArray((0..<shape.count).map { _ in stream.uniform(0...1) }, shape: shape)
}

private let points = Support(
  inputs: noise([4, 1], 1), values: noise([4, 1], 2))
private let letters = Support(
  inputs: noise([6, 6, 6, 1], 3), classes: ["b", "a", "c", "a", "b", "c"])

@Suite struct AdaptedTests {
  /// The evaluation's own program is the oracle: same task, same steps, same bits.
  @Test(arguments: ["maml", "t-net", "mt-net", "meta-sgd", "maml++", "alfa"])
  func answersAreThoseThatEvaluationJudges(method: String) throws {
    let learner =
      method == "meta-sgd" ? "{method: meta-sgd}" : "{method: \(method), inner-rate: 0.01}"
    let learned = try learned(sinusoids, ["learner=\(learner)"])
    let asked = noise([7, 1], 4)
    let adapted = try learned.adapted(to: points, seed: 9)
    let program = learned.learner.predictionProgram(
      support: points.shapes, queryInputs: asked.shape, steps: [3])
    let expected = Executable(program)(
      learned.parameters.leaves.map(\.elements)
        + [points.inputs.elements, points.targets.elements, asked.elements]
        + learned.learner.noise.noise(ofTask: RandomKey(seed: 9)).map(\.elements))
    #expect(try adapted.predict(asked).flatMap(\.outputs) == expected[0])
  }

  @Test func aFileHasAllThatAnswersNeed() throws {
    let adapted = try learned(images).adapted(to: letters)
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { unlink(path) }
    try adapted.save(to: path)
    let loaded = try Adapted.load(path)
    let asked = noise([5, 6, 6, 1], 5)
    #expect(try loaded.predict(asked) == adapted.predict(asked))
    #expect(loaded.encoded() == adapted.encoded())
    #expect(loaded.classes == ["a", "b", "c"])
    var bytes = adapted.encoded()
    bytes[bytes.count - 1] ^= 1
    try writeAtomically(bytes, to: path)
    #expect(throws: UseError.contents(path: path, "it was damaged after it was written")) {
      try Adapted.load(path)
    }
  }

  @Test func anAnswerDoesNotDependOnWhatElseIsAskedUnlessWanted() throws {
    let adapted = try learned(images).adapted(to: letters)
    let asked = noise([70, 6, 6, 1], 6)
    let first = NDArray(Array(asked.elements.prefix(36)), shape: [1, 6, 6, 1])
    for statistics in [QueryStatistics.supportSet, .eachExample] {
      let adapted = adapted.normalized(by: statistics)
      #expect(try adapted.predict(asked)[0] == adapted.predict(first)[0])
    }
    let together = adapted.normalized(by: .querySet)
    #expect(try together.predict(asked)[0] != together.predict(first)[0])
  }

  @Test func onlyTheClassesThatWereShownAreAnswered() throws {
    let two = Support(inputs: noise([2, 6, 6, 1], 7), classes: ["x", "y"])
    let answers = try learned(images).adapted(to: two).predict(noise([9, 6, 6, 1], 8))
    for answer in answers {
      #expect(answer.outputs.count == 3)
      #expect(answer.probabilities.count == 2)
      #expect(abs(answer.probabilities.reduce(0, +) - 1) < 1e-6)
      let odds = exp(answer.outputs[0] - answer.outputs[1])
      #expect(abs(answer.probabilities[0] / answer.probabilities[1] - odds) < 1e-4 * odds)
      #expect(answer.label == (answer.outputs[0] >= answer.outputs[1] ? "x" : "y"))
    }
  }

  @Test func statisticsAreSaidOnlyWhereTheyMatter() throws {
    #expect(try learned(sinusoids).adapted(to: points).statistics == nil)
    #expect(try learned(images).adapted(to: letters).statistics == .supportSet)
    let layers = try learned(images, ["network.norm={kind: layer}"])
    #expect(try layers.adapted(to: letters).statistics == nil)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let (curves, pictures) = (try learned(sinusoids), try learned(images))
    #expect(throws: UseError.misfit("values, where classes are learned")) {
      try pictures.adapted(to: Support(inputs: letters.inputs, values: noise([6, 3], 1)))
    }
    #expect(throws: UseError.misfit("4 classes, where the network can tell 3 apart at most")) {
      try pictures.adapted(
        to: Support(inputs: noise([4, 6, 6, 1], 1), classes: ["a", "b", "c", "d"]))
    }
    #expect(throws: UseError.misfit("inputs of the shape [6, 6, 6, 1], where each is to be [1]")) {
      try curves.adapted(to: letters)
    }
    #expect(throws: UseError.self) { try curves.adapted(to: points).predict(noise([3, 2], 1)) }
  }
}

extension Support {
  fileprivate var shapes: Batch<Shape> { Batch(inputs: inputs.shape, targets: targets.shape) }
}
