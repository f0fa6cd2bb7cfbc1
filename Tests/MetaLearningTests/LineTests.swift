import Episodes
import Graphs
import MetaLearning
import NDArrays
import Networks
import Testing

/// `y = slope x`: small enough to differentiate by hand.
private struct Line: Network {
  func initial(_ key: RandomKey) -> Parameters<NDArray> { Parameters([("slope", NDArray(0))]) }

  func callAsFunction(_ weights: Parameters<Tensor>, _ inputs: Tensor) -> Tensor {
    weights["slope"] * inputs
  }
}

/// Support and query are both the point (1, 2), so that the loss of a slope `w` is `(w - 2)²` and one
/// inner step at rate 1/8 gives `w' - 2 = 3/4 (w - 2)`. All of it is exact in binary.
@Suite struct LineTests {
  private func maml(_ steps: Int, _ order: MAML.Order = .second) -> MAML {
    MAML(
      network: Line(), loss: .meanSquaredError, innerRate: 0.125, innerSteps: steps, order: order,
      adapts: .all)
  }
  private let joint = JointTraining(
    network: Line(), loss: .meanSquaredError, innerRate: 0.125)
  private let point: [[Double]] = [[1], [2], [1], [2]]

  /// The loss before and after, and the meta-gradient, at `w = 6`.
  private func results(_ learner: some MetaLearner) -> [Double] {
    learner.metaGradientProgram(shapes(support: 1, query: 1)).reference([[6]] + point)
      .flatMap { $0 }
  }

  @Test func secondOrderKeepsTheFactorOfTheInnerStepTwice() {
    #expect(results(maml(1)) == [16, 9, 2 * 3 * 0.75])
    #expect(results(maml(2)) == [16, 5.0625, 2 * 2.25 * 0.75 * 0.75])
  }

  @Test func firstOrderKeepsItOnce() {
    #expect(results(maml(1, .first)) == [16, 9, 2 * 3])
    #expect(results(maml(2, .first)) == [16, 5.0625, 2 * 2.25])
  }

  @Test(arguments: MAML.Order.allCases)
  func withoutInnerStepsItIsPlainTraining(_ order: MAML.Order) {
    #expect(results(maml(0, order)) == [16, 16, 8])
    #expect(results(joint) == [16, 16, 8])
  }

  @Test func jointTrainingIsOfBothSetsByTheirSize() {
    let program = joint.metaGradientProgram(shapes(support: 1, query: 3))
    let results = program.reference([[6], [1], [2], [1, 1, 1], [0, 0, 0]]).flatMap { $0 }
    expectEqual([results], [[16, 36, 0.25 * 8 + 0.75 * 12]], to: 1e-7)
  }

  @Test func evaluationFollowsTheQueryLoss() {
    let losses: [Double] = [16, 9, 5.0625, 2.84765625]
    for learner in [maml(1), maml(5, .first), joint] as [any MetaLearner] {
      let program = learner.evaluationProgram(shapes(support: 1, query: 1), steps: 3)
      #expect(program.reference([[6]] + point).flatMap { $0 } == losses)
    }
  }

  @Test func theGradientProgramShowsEveryInnerStep() {
    let program = maml(2).gradientProgram(shapes(support: 1, query: 1))
    #expect(
      program.reference([[6]] + point).flatMap { $0 } == [16, 9, 5.0625, 4.5 * 0.75 * 0.75])
  }

  @Test func theAdaptationProgramEndsAtTheAdaptedWeight() {
    let program = maml(2).adaptationProgram(support: Batch(inputs: [1, 1], targets: [1, 1]))
    #expect(program.reference([[6], [1], [2]]) == [[4.25]])
  }

  @Test func predictionsAreAtTheChosenStepsAndPlaces() {
    let program = maml(1).predictionProgram(
      support: Batch(inputs: [1, 1], targets: [1, 1]), queryInputs: [3, 1], steps: [2, 0, 1])
    #expect(
      program.reference([[6], [1], [2], [0, 1, 2]]) == [[0, 4.25, 8.5], [0, 6, 12], [0, 5, 10]])
  }
}

@Suite struct MetaProgramTests {
  private let learner = MAML(
    network: MLP(
      inputs: 1, hidden: [3], outputs: 1, activation: .relu, initializer: .heNormal),
    loss: .meanSquaredError, innerRate: 0.1, innerSteps: 1, order: .second,
    adapts: .all)

  @Test func parametersComeFirstByTheirPublicNames() {
    let program = learner.metaGradientProgram(shapes(support: 5, query: 7))
    #expect(
      program.inputs == [
        .init("fc1.weight", [3, 1], role: .parameter), .init("fc1.bias", [3], role: .parameter),
        .init("fc2.weight", [1, 3], role: .parameter), .init("fc2.bias", [1], role: .parameter),
        .init("support_x", [5, 1]), .init("support_y", [5, 1]), .init("query_x", [7, 1]),
        .init("query_y", [7, 1]),
      ])
    #expect(program.resultShapes == [[], [], [3, 1], [3], [1, 3], [1]])
  }

  @Test func allProgramsVerify() throws {
    let episode = shapes(support: 5, query: 7)
    try learner.metaGradientProgram(episode).verify()
    try learner.gradientProgram(episode).verify()
    try learner.evaluationProgram(episode, steps: 3).verify()
    try learner.adaptationProgram(support: episode.support).verify()
    try learner.predictionProgram(support: episode.support, queryInputs: [9, 1], steps: [0, 3])
      .verify()
  }
}
