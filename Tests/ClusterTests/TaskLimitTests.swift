import Episodes
import NDArrays
import Testing
import Training

@testable import Cluster

/// Tasks of a size.
private struct SizedTasks: TaskDistribution {
  var set: Int
  var inputs: InputKind

  var shapes: Episode<Shape> {
    let batch = Batch<Shape>(inputs: [1, set], targets: [1])
    return Episode(support: batch, query: batch)
  }

  func episode(_ key: RandomKey) -> Episode<NDArray> { Episode(shapes: shapes) }
}

extension Episode where Leaf == NDArray {
  fileprivate init(shapes: Episode<Shape>) {
    self = shapes.map { NDArray(repeating: 0, shape: $0) }
  }
}

@Suite struct TaskLimitTests {
  private func plan(_ episodes: String) throws -> RunPlan {
    try RunPlan(
      yaml: """
        steps: 1
        batch: 1
        episodes: \(episodes)
        tasks: {family: sinusoid, shots: 1}
        network: {kind: mlp, hidden: []}
        learner: {method: maml, inner-rate: 1}
        optimizer: {method: sgd, rate: 1}
        """, source: "limits")
  }

  @Test func asManyTasksTravelTogetherAsFitInAMessage() throws {
    let plan = try plan("sent")
    #expect(try plan.mostTasks(SizedTasks(set: 1 << 20, inputs: .pixels)) == 16)
    #expect(try plan.mostTasks(SizedTasks(set: 1 << 20, inputs: .real)) == 7)
    #expect(try plan.mostTasks(SizedTasks(set: 10, inputs: .real)) > 100_000)
  }

  @Test func aTaskThatCannotTravelMustBeDrawn() throws {
    let huge = SizedTasks(set: 17 << 20, inputs: .pixels)
    #expect(throws: Unsendable(bytes: 34 << 20)) {
      try plan("sent").mostTasks(huge)
    }
    #expect(try plan("drawn-by-worker").mostTasks(huge) == .max)
  }

  @Test func memoriesThatCannotTravelAreRefusedBeforeTheRun() throws {
    let plan = try RunPlan(
      yaml: plan("drawn-by-worker").description, source: "limits",
      overrides: [
        "batch=2000", "network.hidden=[100, 75]", "outer={method: task-memory, tasks: 2000}",
      ])
    // Parameters, a memory for each task, whether there is one, and two numbers that name the task.
    let weights = 2 * 100 + 101 * 75 + 76
    #expect(throws: Unsendable(bytes: 4 * (weights * 2001 + 3 * 2000), part: .memories)) {
      try Run(plan).mostTasks()
    }
  }

  /// A coordinator would wait for ever for workers that take in what it sends.
  @Test(arguments: [
    (["network.hidden=[5000, 5000]"], 25_020_001, Unsendable.Part.parameters),
    (
      [
        "network={kind: layers, layers: [\(manyLayers)]}"
      ], 300, .arrays(302)
    ),
  ])
  func parametersThatCannotTravelAreRefusedBeforeTheRun(
    overrides: [String], floats: Int, part: Unsendable.Part
  ) throws {
    let plan = try RunPlan(
      yaml: plan("drawn-by-worker").description, source: "limits", overrides: overrides)
    let error = try #require(throws: Unsendable.self) { try Run(plan).checkMessages() }
    #expect(error.part == part)
    #expect(part != .parameters || error.bytes == 4 * (floats + 2))
  }

  @Test func asManyParametersAsAMessageHoldsAreTaken() throws {
    let plan = try RunPlan(
      yaml: plan("sent").description, source: "limits", overrides: ["network.hidden=[4000, 4000]"])
    try Run(plan).checkMessages()
  }
}

private let manyLayers =
  (0..<150).map { _ in "{layer: dense, width: 1}" }.joined(separator: ", ")
