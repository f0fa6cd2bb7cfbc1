import Checkpoints
import Episodes
import Foundation
import Graphs
import MetaLearning
import NDArrays
import Testing
import Training

/// What `gradient` is given: a plan with parameters and episodes of the test's own making.
private struct Exercise {
  let overrides: [String]
  let plan: RunPlan
  let parameters: Parameters<NDArray>
  /// Of more tasks than any batch has here, with other numbers of points than the plan's.
  let episodes: [Episode<NDArray>]

  static let tasks = 3

  init(order: String, innerSteps: Int) throws {
    overrides = [
      "learner.order=\(order)", "learner.inner-steps=\(innerSteps)", "learner.inner-rate=0.02",
      "network.hidden=[20, 20]",
    ]
    let builtIn = try #require(Catalogue.standard.plan(named: "sinusoid"))
    plan = try builtIn.plan(overrides: overrides)
    var stream = RandomKey(seed: 7).stream
    parameters = Trainer(plan: plan).parameters.map { .drawn($0, &stream) }
    let shape: Shape = [6, 1]
    let query: Shape = [4, 1]
    episodes = (0..<Self.tasks).map { _ in
      Episode(
        support: Batch(
          inputs: .drawn(shape, &stream), targets: .drawn(shape, &stream)),
        query: Batch(inputs: .drawn(query, &stream), targets: .drawn(query, &stream)))
    }
  }

  var learner: any MetaLearner { Trainer(plan: plan).learner }

  func write(to scratch: Scratch) throws {
    let leaves = zip(parameters.names, parameters.leaves).map { SafeTensors.Entry($0, $1) }
    try scratch.write(SafeTensors(leaves.reversed(), metadata: [:]), to: "parameters")
    let all = Episode(stacking: episodes)
    let arrays = [
      ("support_x", all.support.inputs), ("support_y", all.support.targets),
      ("query_x", all.query.inputs), ("query_y", all.query.targets),
    ]
    try scratch.write(
      SafeTensors(arrays.map { SafeTensors.Entry($0, $1) }, metadata: [:]), to: "episodes")
  }

  func run(in scratch: Scratch) throws -> Command.Outcome {
    try Command.run(
      [
        "gradient", "--plan", "sinusoid", "--parameters", scratch.file("parameters"),
        "--episodes", scratch.file("episodes"), "--output", scratch.file("gradient"),
      ] + Run.overrides(overrides))
  }

  /// The results of every task in float64: the losses, then the gradient of each parameter.
  var reference: [[[Double]]] {
    let program = learner.gradientProgram(episodes[0].map(\.shape))
    return episodes.map { episode in
      let data = [
        episode.support.inputs, episode.support.targets, episode.query.inputs,
        episode.query.targets,
      ]
      return program.reference((parameters.leaves + data).map { $0.elements.map(Double.init) })
    }
  }
}

extension CommandTests {
  /// The file that other frameworks are compared with.
  @Suite struct GradientTests {
    @Test(arguments: ["first", "second"], [1, 5])
    func agreesWithTheReference(order: String, innerSteps: Int) throws {
      let (scratch, exercise) = (try Scratch(), try Exercise(order: order, innerSteps: innerSteps))
      try exercise.write(to: scratch)
      let outcome = try exercise.run(in: scratch)
      #expect(outcome.ending == .exit(0), "\(outcome.errors)")
      let file = try scratch.tensors("gradient")
      let (reference, layout) = (exercise.reference, exercise.parameters)
      #expect(file.entries.count == 2 + layout.count)

      let before = try #require(file["loss_before"]).array
      #expect(before.shape == [Exercise.tasks])
      #expect(error(of: before, from: reference.flatMap { $0[0] }) < 1e-5)
      let after = try #require(file["loss_after"]).array
      #expect(after.shape == [Exercise.tasks, innerSteps])
      #expect(error(of: after, from: reference.flatMap { $0[1...innerSteps].joined() }) < 1e-5)

      for (index, name) in layout.names.enumerated() {
        let found = try #require(file["gradient.\(name)"]).array
        #expect(found.shape == layout.leaves[index].shape)
        let each = reference.map { $0[1 + innerSteps + index] }
        #expect(error(of: found, from: mean(each)) < 1e-5, "\(name)")
      }
    }

    @Test func parametersOfACheckpointWillDo() throws {
      let (scratch, exercise, run) = (
        try Scratch(), try Exercise(order: "first", innerSteps: 1), try Run()
      )
      try exercise.write(to: scratch)
      #expect(try run.train(["--workers", "1"]).outcome().ending == .exit(0))
      let outcome = try Command.run(
        [
          "gradient", "--plan", run.files.plan, "--parameters", run.files.checkpoint,
          "--episodes", scratch.file("episodes"), "--output", scratch.file("gradient"),
        ])
      #expect(outcome.ending == .exit(0), "\(outcome.errors)")
      #expect(try scratch.tensors("gradient")["gradient.fc1.weight"]?.shape == [8, 1])
    }

    /// What is changed in a sound file, and what must be said of it.
    @Test(
      arguments: [
        ("parameters", "fc2.weight", nil, "fc2.weight"),
        ("parameters", "fc2.weight", [20, 19], "[20, 19]"),
        ("parameters", "fc9.weight", [1], "fc9.weight"),
        ("episodes", "query_y", nil, "query_y is missing"),
        ("episodes", "query_y", [3, 4, 2], "query_y is [3, 4, 2]"),
        ("episodes", "query_y", [3, 4], "query_y is [3, 4]"),
        ("episodes", "query_y", [3, 5, 1], "disagree"),
        ("episodes", "query_y", [2, 4, 1], "disagree"),
      ] as [(String, String, [Int]?, String)])
    func arraysThatDoNotFit(file: String, array: String, sizes: [Int]?, says: String) throws {
      let (scratch, exercise) = (try Scratch(), try Exercise(order: "second", innerSteps: 1))
      try exercise.write(to: scratch)
      var tensors = try scratch.tensors(file)
      tensors.entries.removeAll { $0.name == array }
      if let sizes {
        let zeros = NDArray(Array(repeating: 0, count: Shape(sizes).count), shape: Shape(sizes))
        tensors.entries.append(SafeTensors.Entry(array, zeros))
      }
      try scratch.write(tensors, to: file)
      let outcome = try exercise.run(in: scratch)
      #expect(outcome.ending == .exit(65))
      #expect(outcome.errors.contains(scratch.file(file)) && outcome.errors.contains(says))
      #expect(!FileManager.default.fileExists(atPath: scratch.file("gradient")))
    }

    private func mean(_ rows: [[Double]]) -> [Double] {
      rows[0].indices.map { index in
        rows.reduce(0) { $0 + $1[index] } / Double(rows.count)
      }
    }

    /// Relative, in the Euclidean norm.
    private func error(of found: NDArray, from expected: [Double]) -> Double {
      let norm = expected.reduce(0) { $0 + $1 * $1 }
      let difference = zip(found.elements, expected).reduce(0) {
        $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1)
      }
      return (difference / norm).squareRoot()
    }
  }
}

extension NDArray {
  /// Numbers between -1 and 1.
  fileprivate static func drawn(_ shape: Shape, _ stream: inout RandomStream) -> NDArray {
    NDArray((0..<shape.count).map { _ in stream.uniform(-1...1) }, shape: shape)
  }
}

extension Scratch {
  fileprivate func write(_ tensors: SafeTensors, to name: String) throws {
    try Data(tensors.encoded()).write(to: URL(filePath: file(name)))
  }

  fileprivate func tensors(_ name: String) throws -> SafeTensors {
    try SafeTensors(decoding: Array(try Data(contentsOf: URL(filePath: file(name)))))
  }
}
