import Checkpoints
import Episodes
import Foundation
import Graphs
import MetaLearning
import NDArrays
import Testing
import Training

extension CommandTests {
  /// Images and labels as other frameworks write them.
  @Suite struct ImageGradientTests {
    @Test func imagesHaveTheirChannelsFirst() throws {
      let exercise = try ImageExercise()
      let outcome = try exercise.run()
      #expect(outcome.ending == .exit(0), "\(outcome.errors)")
      let found = try #require(try exercise.file("gradient")["gradient.fc1.weight"]?.array)
      let expected = exercise.firstWeightsReference
      #expect(found.shape == [4, 12])
      #expect(zip(found.elements, expected).allSatisfy { abs(Double($0) - $1) < 1e-5 })
      #expect(expected.contains { abs($0) > 1e-2 })
    }

    @Test(arguments: [(2, "2.0"), (-1, "-1.0")] as [(Int64, String)])
    func labelsThatAreNoClassAreRefused(label: Int64, says: String) throws {
      let outcome = try ImageExercise(lastLabel: label).run()
      #expect(outcome.ending == .exit(65))
      #expect(
        outcome.errors.contains("query_y has the label \(says), and labels go from 0 to 1"),
        "\(outcome.errors)")
    }
  }
}

/// One task of images of three channels, and its meta-gradient.
private struct ImageExercise {
  private let scratch: Scratch
  private let trainer: Trainer
  private let parameters: Parameters<NDArray>
  /// As programs are given them, the channels last.
  private let data: [NDArray]

  private static let plan = """
    steps: 1
    batch: 1
    tasks: {family: images, data: none.images, image: [2, 2, 3], ways: 2, shots: 1}
    network: {kind: mlp, hidden: [4], activation: tanh, initializer: {kind: he-normal}}
    learner: {method: maml, inner-rate: 0.1}
    optimizer: {method: sgd, rate: 1}

    """

  init(lastLabel: Int64 = 1) throws {
    scratch = try Scratch()
    trainer = Trainer(plan: try RunPlan(yaml: Self.plan, source: "plan"))
    parameters = trainer.initialState().parameters
    var stream = RandomKey(seed: 4).stream
    func images(_ n: Int) -> NDArray {
      NDArray((0..<n * 12).map { _ in stream.uniform(0...1) }, shape: [n, 2, 2, 3])
    }
    data = [
      images(2), NDArray([0, 1], shape: [2]), images(3), NDArray([0, 0, 1], shape: [3]),
    ]
    try scratch.write(Self.plan, to: "plan.yaml")
    try write(zip(parameters.names, parameters.leaves).map { .init($0, $1) }, to: "parameters")
    try write(
      [
        .init("support_x", data[0].channelsFirst), .init("support_y", [0, 1], shape: [1, 2]),
        .init("query_x", data[2].channelsFirst),
        .init("query_y", [0, 0, lastLabel], shape: [1, 3]),
      ], to: "episodes")
  }

  private func write(_ entries: [SafeTensors.Entry], to name: String) throws {
    try Data(SafeTensors(entries, metadata: [:]).encoded())
      .write(to: URL(filePath: scratch.file(name)))
  }

  func file(_ name: String) throws -> SafeTensors {
    try SafeTensors(decoding: Array(try Data(contentsOf: URL(filePath: scratch.file(name)))))
  }

  func run() throws -> Command.Outcome {
    try Command.run(
      [
        "gradient", "--plan", "plan.yaml", "--parameters", "parameters", "--episodes", "episodes",
        "--output", "gradient",
      ], in: scratch.path)
  }

  /// The gradient of `fc1.weight` in float64, after the losses before and after.
  var firstWeightsReference: [Double] {
    let shapes = Episode(
      support: Batch(inputs: data[0].shape, targets: data[1].shape),
      query: Batch(inputs: data[2].shape, targets: data[3].shape))
    return trainer.learner.gradientProgram(shapes).reference(
      (parameters.leaves + data).map { $0.elements.map(Double.init) })[2]
  }
}

extension NDArray {
  /// Images `[n, height, width, channels]` as one task's `[1, n, channels, height, width]`.
  fileprivate var channelsFirst: NDArray {
    let sizes = shape.sizes
    let pixels = sizes[1] * sizes[2]
    let ordered = (0..<sizes[0]).flatMap { image in
      (0..<sizes[3]).flatMap { channel in
        (0..<pixels).map { elements[(image * pixels + $0) * sizes[3] + channel] }
      }
    }
    return NDArray(ordered, shape: [1, sizes[0], sizes[3], sizes[1], sizes[2]])
  }
}
